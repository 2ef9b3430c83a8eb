package erecruiter

import (
	"os"
	"strings"
	"testing"
)

// The README explains every group of settings that a mapping has.
func TestTheREADMEExplainsEveryGroupOfSettings(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Builtin().Lines() {
		group, _, _ := strings.Cut(l.Key, ".")
		if !strings.Contains(string(b), "`"+group+".*`") && !strings.Contains(string(b), "`"+l.Key+"`") {
			t.Errorf("%s stands nowhere in the README", l.Key)
		}
	}
}
