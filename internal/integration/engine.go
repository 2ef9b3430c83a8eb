package integration

import "time"

// Engine is the package's one entry. It is safe for concurrent use.
type Engine struct {
	Store Store
	Now   func() time.Time
}

// Store is what this engine needs kept.
type Store interface{}
