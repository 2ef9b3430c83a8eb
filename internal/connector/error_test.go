package connector_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"handoff/internal/connector"
)

func TestAnErrorThatSaysNothingIsUnanswered(t *testing.T) {
	for _, c := range []struct {
		err  error
		want connector.Kind
	}{
		{nil, connector.Unknown}, {errors.New("x"), connector.Unanswered}, {&connector.Error{}, connector.Unanswered},
		{fmt.Errorf("push: %w", &connector.Error{Kind: connector.Gone}), connector.Gone},
	} {
		if got := connector.KindOf(c.err); got != c.want {
			t.Errorf("%v is %v, want %v", c.err, got, c.want)
		}
	}
	seen := map[string]bool{}
	for _, k := range connector.Kinds() {
		if seen[k.String()] {
			t.Errorf("two kinds are called %q", k)
		}
		seen[k.String()] = true
	}
}

func TestOnlyWhatCanOnlyBeACodeIsKept(t *testing.T) {
	for in, want := range map[string]string{"FILE_ALREADY_EXIST": "FILE_ALREADY_EXIST", "A.1-B": "A.1-B", "": "", "Anna": "", "A B": "",
		"ŻÓŁĆ": "", "A@B": "", strings.Repeat("A", 65): ""} {
		if got := connector.SafeCode(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
