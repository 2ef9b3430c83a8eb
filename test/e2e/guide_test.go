package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// A guide shows pictures that exist, all pictures are shown, and together
// they are small.
func TestTheGuidesAndTheirPicturesBelongTogether(t *testing.T) {
	const dir = "../../docs/guide"
	shown := map[string]bool{}
	guides, err := filepath.Glob(dir + "/*.md")
	if err != nil || len(guides) < 2 {
		t.Fatalf("%d guides, %v", len(guides), err)
	}
	for _, g := range guides {
		b, err := os.ReadFile(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\((img/[^)]+)\)`).FindAllSubmatch(b, -1) {
			shown[string(m[1])] = true
			if _, err := os.Stat(filepath.Join(dir, string(m[1]))); err != nil {
				t.Errorf("%s shows %s, which is not there", filepath.Base(g), m[1])
			}
		}
	}
	pictures, err := filepath.Glob(dir + "/img/*")
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, p := range pictures {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
		if !shown["img/"+filepath.Base(p)] {
			t.Errorf("%s is shown by no guide", filepath.Base(p))
		}
	}
	if size > 3<<20 {
		t.Errorf("the pictures take %d bytes together, at most 3 MB", size)
	}
}
