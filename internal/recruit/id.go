package recruit

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// Every identifier has a type of its own, so that one cannot be passed for
// another, and a readable prefix, so that a person can tell them apart. To
// everybody outside they are opaque.
type (
	CompanyID       string // com_
	UserID          string // usr_
	TokenID         string // tok_
	ProcessID       string // proc_
	ApplicationID   string // app_
	ConnectionID    string // conn_
	TestRunID       string // test_
	ConsentRecordID string // cons_
	TextID          string // text_, a clause or a consent template, all versions
	SyncRunID       string // sync_

	// RemoteJobID, RemoteCandidateID, RemoteApplicationID and
	// RemoteAttachmentID are the ATS's own identifiers, opaque to us.
	RemoteJobID         string
	RemoteCandidateID   string
	RemoteApplicationID string
	RemoteAttachmentID  string
)

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns prefix followed by 26 characters: 48 bits of time in
// milliseconds, so that new rows stay close together in an index, and 80
// random bits. It is not a secret.
func NewID(prefix string, now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	if _, err := rand.Read(b[6:]); err != nil {
		panic("recruit: no randomness: " + err.Error()) // crypto/rand never fails on a supported system
	}
	return prefix + idEncoding.EncodeToString(b[:])
}

func NewCompanyID(now time.Time) CompanyID         { return CompanyID(NewID("com_", now)) }
func NewUserID(now time.Time) UserID               { return UserID(NewID("usr_", now)) }
func NewTokenID(now time.Time) TokenID             { return TokenID(NewID("tok_", now)) }
func NewProcessID(now time.Time) ProcessID         { return ProcessID(NewID("proc_", now)) }
func NewApplicationID(now time.Time) ApplicationID { return ApplicationID(NewID("app_", now)) }
func NewConnectionID(now time.Time) ConnectionID   { return ConnectionID(NewID("conn_", now)) }
func NewTestRunID(now time.Time) TestRunID         { return TestRunID(NewID("test_", now)) }
func NewSyncRunID(now time.Time) SyncRunID         { return SyncRunID(NewID("sync_", now)) }
func NewConsentRecordID(now time.Time) ConsentRecordID {
	return ConsentRecordID(NewID("cons_", now))
}

// RandomToken returns n random bytes in lower-case letters and digits. With
// n = 32 it is fit for a secret; with n = 10 for a tag.
func RandomToken(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic("recruit: no randomness: " + err.Error())
	}
	return idEncoding.EncodeToString(b)
}

// Tag is the random mark that one application carries in the ATS, by which it
// is found again when an answer was lost. It says nothing about anybody
// (product decision 16) and is at most 50 characters, the shortest limit that
// an ATS is known to have.
type Tag string

// NewTag returns a fresh tag of 80 random bits.
func NewTag() Tag { return Tag("ho-" + RandomToken(10)) }

// FoldEmail returns the form under which two spellings of an e-mail address
// are the same person: trimmed and lower-cased (product decision 5).
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
