// Package secret holds credentials that cannot be printed by mistake, and
// seals what must not be read from the disk.
package secret

import (
	"fmt"
	"log/slog"
)

const mask = "[secret]"

// String is a credential. Whatever prints it, in any format, nested in
// anything, prints [secret]: the value hangs behind a pointer, because fmt
// prints an unexported field of a masking type without asking it.
type String struct{ v *string }

// New wraps a credential.
func New(v string) String { return String{v: &v} }

// Reveal returns the credential. It is called only where a header is set, a
// form is filled for the credential's own issuer, or the value is sealed.
func (s String) Reveal() string {
	if s.v == nil {
		return ""
	}
	return *s.v
}

// Empty tells whether there is no credential.
func (s String) Empty() bool { return s.v == nil || *s.v == "" }

// Equal compares the values.
func (s String) Equal(t String) bool { return s.Reveal() == t.Reveal() }

func (s String) String() string               { return mask }
func (s String) GoString() string             { return mask }
func (s String) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(mask)) }
func (s String) LogValue() slog.Value         { return slog.StringValue(mask) }
func (s String) MarshalText() ([]byte, error) { return []byte(mask), nil }
func (s String) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }
