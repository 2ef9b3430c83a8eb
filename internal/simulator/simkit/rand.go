package simkit

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"
)

// Rand is the one source of chance of a simulator: the same seed gives the same ids, tokens and
// faults in the same order of calls. It is not for real secrets. Safe for concurrent use.
type Rand struct {
	mu sync.Mutex
	r  *rand.Rand
}

// NewRand returns the source for seed.
func NewRand(seed uint64) *Rand {
	return &Rand{r: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))}
}

// Float64 returns a number in [0, 1).
func (r *Rand) Float64() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.r.Float64()
}

// IntN returns a number in [0, n).
func (r *Rand) IntN(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.r.IntN(n)
}

// Perm returns a permutation of 0..n-1.
func (r *Rand) Perm(n int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.r.Perm(n)
}

// Hex returns n random bytes as 2n lower-case hexadecimal digits.
func (r *Rand) Hex(n int) string {
	return hex.EncodeToString(r.bytes(n))
}

// UUID returns a random UUID of version 4.
func (r *Rand) UUID() string {
	b := r.bytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func (r *Rand) bytes(n int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.r.Uint32())
	}
	return b
}
