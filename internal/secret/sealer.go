package secret

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Sealer seals under the installation's keyset. It is safe for concurrent use.
type Sealer struct {
	aead tink.AEAD
	prf  *prf.Set
}

// keyFile is the form of the key file: two Tink keysets. Sealing is an AEAD
// keyset, which can be rotated; Lookup is a PRF keyset, which stays, because
// every keyed hash in the database was made with it.
type keyFile struct {
	Sealing json.RawMessage `json:"sealing"`
	Lookup  json.RawMessage `json:"lookup"`
}

// ErrOpen is returned for anything that was not sealed by this keyset for
// this place, or was changed since.
var ErrOpen = errors.New("sealed data cannot be opened with this key")

// GenerateKey returns the bytes of a fresh key file.
func GenerateKey() ([]byte, error) {
	sealing, err := keysetJSON(keyset.NewHandle(aead.AES256GCMKeyTemplate()))
	if err != nil {
		return nil, err
	}
	lookup, err := keysetJSON(keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()))
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(keyFile{Sealing: sealing, Lookup: lookup}, "", "  ")
}

func keysetJSON(h *keyset.Handle, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("write key: %w", err)
	}
	return b.Bytes(), nil
}

// NewSealer reads the bytes of a key file.
func NewSealer(key []byte) (*Sealer, error) {
	var f keyFile
	if err := json.Unmarshal(key, &f); err != nil {
		return nil, errors.New("the key is not a Handoff key file") // never the text: it is the key
	}
	sealing, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Sealing)))
	if err != nil {
		return nil, errors.New("the key file has no usable sealing keyset")
	}
	lookup, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Lookup)))
	if err != nil {
		return nil, errors.New("the key file has no usable lookup keyset")
	}
	a, err := aead.New(sealing)
	if err != nil {
		return nil, fmt.Errorf("sealing keyset: %w", err)
	}
	p, err := prf.NewPRFSet(lookup)
	if err != nil {
		return nil, fmt.Errorf("lookup keyset: %w", err)
	}
	return &Sealer{aead: a, prf: p}, nil
}

// LoadOrCreate reads the key file at path, or creates it, readable by its
// owner alone, when there is none. Creating never overwrites.
func LoadOrCreate(path string) (*Sealer, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if b, err = GenerateKey(); err != nil {
			return nil, err
		}
		if err := writeNew(path, b); err != nil {
			return nil, fmt.Errorf("create key file: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	return NewSealer(b)
}

// writeNew writes a file that must not exist, and has it on disk, name and
// all, before it returns: data sealed with a key that a power cut then takes
// away would be lost.
func writeNew(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Seal encrypts b for one place, e.g. "connection:conn_1". It opens nowhere else.
func (s *Sealer) Seal(b []byte, place string) ([]byte, error) {
	return s.aead.Encrypt(b, []byte(place))
}

// Open decrypts what Seal made for the same place.
func (s *Sealer) Open(b []byte, place string) ([]byte, error) {
	p, err := s.aead.Decrypt(b, []byte(place))
	if err != nil {
		return nil, ErrOpen
	}
	return p, nil
}

// LookupHash returns the keyed hash under which a value can be found again
// without being readable, 64 characters of hex. Domain separates uses.
func (s *Sealer) LookupHash(domain, value string) (string, error) {
	h, err := s.prf.ComputePrimaryPRF([]byte(domain+"\x00"+value), 32)
	if err != nil {
		return "", fmt.Errorf("lookup hash: %w", err)
	}
	return hex.EncodeToString(h), nil
}

// DataKey is the key of one application's data. Destroying its sealed form
// destroys the data.
type DataKey struct{ aead tink.AEAD }

// NewDataKey returns a fresh key and its form sealed for place.
func (s *Sealer) NewDataKey(place string) (*DataKey, []byte, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, nil, err
	}
	sealed, err := s.Seal(raw, place)
	if err != nil {
		return nil, nil, err
	}
	k, err := dataKey(raw)
	return k, sealed, err
}

// OpenDataKey opens a key sealed for place.
func (s *Sealer) OpenDataKey(sealed []byte, place string) (*DataKey, error) {
	raw, err := s.Open(sealed, place)
	if err != nil {
		return nil, err
	}
	return dataKey(raw)
}

func dataKey(raw []byte) (*DataKey, error) {
	a, err := subtle.NewAESGCM(raw)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	return &DataKey{aead: a}, nil
}

// Seal encrypts b for one place.
func (k *DataKey) Seal(b []byte, place string) ([]byte, error) {
	return k.aead.Encrypt(b, []byte(place))
}

// Open decrypts what Seal made for the same place.
func (k *DataKey) Open(b []byte, place string) ([]byte, error) {
	p, err := k.aead.Decrypt(b, []byte(place))
	if err != nil {
		return nil, ErrOpen
	}
	return p, nil
}
