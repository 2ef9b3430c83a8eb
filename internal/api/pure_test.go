package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

func TestDepthCountsWhatNestsAndNotWhatIsQuoted(t *testing.T) {
	for text, want := range map[string]int{`{}`: 1, `[[{}]]`: 3, `"[[["`: 0, `{"a\"[[": [1]}`: 2, `[[`: 2, `"\\"[`: 1} {
		if got := depth([]byte(text)); got != want {
			t.Errorf("depth of %s is %d, want %d", text, got, want)
		}
	}
}

func TestBrokenLettersAreRefusedAndNotReplaced(t *testing.T) {
	for text, fine := range map[string]bool{`{"a": "ż"}`: true, "{\"a\": \"\xff\"}": false, "{\"\xc5\": 1}": false} {
		var v any
		if err := unmarshal([]byte(text), &v); (err == nil) != fine {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestALongStringIsCutOutAndTheRestStays(t *testing.T) {
	long := strings.Repeat("QUJD", 8000)
	body := []byte(`{"a": "short \" one", "cv": {"content": "` + long + `", "b": [1]}}`)
	short, cut, mark := cutLong(body)
	if string(cut) != long {
		t.Fatalf("cut %d bytes", len(cut))
	}
	var v struct {
		A  string
		CV struct {
			Content string
			B       []int
		}
	}
	if err := json.Unmarshal(short, &v); err != nil || v.CV.Content != mark || v.A != `short " one` || len(v.CV.B) != 1 {
		t.Errorf("%v %+v of %s", err, v, short)
	}
}

func FuzzCuttingALongStringLosesNothing(f *testing.F) {
	f.Add([]byte(`{"a": "b"}`))
	f.Add([]byte(`{"a": "` + strings.Repeat(`\"x`, 9000) + `"}`))
	f.Add([]byte(`"` + strings.Repeat("x", longString)))
	f.Fuzz(func(t *testing.T, b []byte) {
		short, long, mark := cutLong(b)
		if long == nil {
			if !bytes.Equal(short, b) {
				t.Error("something was changed")
			}
			return
		}
		if back := bytes.Replace(short, []byte(mark), long, 1); !bytes.Equal(back, b) {
			t.Error("the parts do not make the whole")
		}
	})
}

func TestEveryShapeThatHumaRefusesHasACodeOfOurs(t *testing.T) {
	type inner struct {
		N int `json:"n" minimum:"1" maximum:"3"`
	}
	type input struct {
		S string   `json:"s" minLength:"2" maxLength:"4"`
		E string   `json:"e" enum:"a,b"`
		L []string `json:"l" minItems:"1" maxItems:"2" nullable:"false"`
		I inner    `json:"i"`
		B bool     `json:"b"`
		T string   `json:"t" format:"date-time"`
	}
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	s := huma.SchemaFromType(r, typeOf[input]())
	good := `{"s":"abc","e":"a","l":["x"],"i":{"n":2},"b":true,"t":"2026-11-21T10:00:00Z"}`
	for change, want := range map[string]string{
		`"s":"a"`: "too_short", `"s":"abcde"`: "too_long", `"e":"c"`: "not_allowed", `"l":[]`: "too_few", `"l":["a","b","c"]`: "too_many",
		`"i":{"n":0}`: "out_of_range", `"i":{"n":4}`: "out_of_range", `"i":{"n":"x"}`: "wrong_type", `"i":[]`: "wrong_type", `"b":1`: "wrong_type",
		`"l":3`: "wrong_type", `"s":3`: "wrong_type", `"t":"noon"`: "malformed", `"x":1`: "unknown_field",
	} {
		var v map[string]any
		if err := json.Unmarshal([]byte(good), &v); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte("{"+change+"}"), &v); err != nil {
			t.Fatal(err)
		}
		var found huma.ValidateResult
		at := huma.NewPathBuffer(nil, 0)
		at.Push("body")
		huma.Validate(r, s, at, huma.ModeWriteToServer, v, &found)
		if len(found.Errors) != 1 {
			t.Errorf("%s: %v", change, found.Errors)
			continue
		}
		if got := fieldError(found.Errors[0].(*huma.ErrorDetail)); got.Code != want {
			t.Errorf("%s is %q at %q, want %q", change, got.Code, got.Path, want)
		}
	}
}

func TestALimiterLetsTheBurstThroughAndThenTheRate(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	l := newLimiters(10, 3, func() time.Time { return now })
	for range 3 {
		if wait := l.take("a"); wait != 0 {
			t.Fatalf("waits %v inside the burst", wait)
		}
	}
	if wait := l.take("a"); wait != 100*time.Millisecond {
		t.Errorf("waits %v, want 100 ms", wait)
	}
	if wait := l.take("b"); wait != 0 {
		t.Errorf("another name waits %v", wait)
	}
	now = now.Add(100 * time.Millisecond)
	if wait := l.take("a"); wait != 0 {
		t.Errorf("still waits %v", wait)
	}
}

func TestLimitersDoNotGrowForEver(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	l := newLimiters(10, 3, func() time.Time { return now })
	for i := range 2*limitersKept + 5 {
		l.take(time.Duration(i).String())
		now = now.Add(time.Millisecond)
	}
	if len(l.each) > limitersKept {
		t.Errorf("%d kept", len(l.each))
	}
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func TestACompanyThatSendsSlowlyTakesItsOwnPlacesOnly(t *testing.T) {
	p := newPlaces()
	var back []func()
	for range largeEach {
		back = append(back, p.take(t.Context(), "com_slow", time.Minute))
	}
	if p.take(t.Context(), "com_slow", time.Nanosecond) != nil {
		t.Error("one more than its own")
	}
	other := p.take(t.Context(), "com_other", time.Nanosecond)
	if other == nil {
		t.Fatal("another company has to wait")
	}
	other()
	waited := make(chan func())
	go func() { waited <- p.take(t.Context(), "com_slow", time.Minute) }()
	back[0]()
	if b := <-waited; b == nil {
		t.Error("a place given back was not taken")
	} else {
		b()
	}
	for _, b := range back[1:] {
		b()
	}
	if p.all != 0 || len(p.each) != 0 {
		t.Errorf("%d places are taken by nobody", p.all)
	}
}
