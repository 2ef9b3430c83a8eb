package web

import "testing"

func TestOneAddressBlockCannotTakeTheMemoryOfAllForms(t *testing.T) {
	var b budget
	held := int64(0)
	for b.take("198.51.100.0/24", uploadLimit) {
		held += uploadLimit
	}
	if held == 0 || held > uploadsMemory/2 {
		t.Fatalf("one block holds %d of %d bytes", held, uploadsMemory)
	}
	if !b.take("203.0.113.0/24", uploadLimit) {
		t.Fatal("another block has no room")
	}
	b.giveBack("198.51.100.0/24", uploadLimit)
	if !b.take("198.51.100.0/24", uploadLimit) {
		t.Error("what was given back cannot be taken again")
	}
	b.giveBack("198.51.100.0/24", held)
	b.giveBack("203.0.113.0/24", uploadLimit)
	if b.all != 0 || len(b.each) != 0 {
		t.Errorf("%d bytes and %d blocks are left over", b.all, len(b.each))
	}
	for _, block := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		for b.take(block, uploadLimit) {
		}
	}
	if b.all > uploadsMemory {
		t.Errorf("all together hold %d of %d bytes", b.all, uploadsMemory)
	}
}
