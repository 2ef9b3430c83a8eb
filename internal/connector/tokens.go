package connector

import "errors"

// ErrNoRenewal says that a credential cannot be renewed: a key is what it is.
var ErrNoRenewal = errors.New("this credential cannot be renewed")
