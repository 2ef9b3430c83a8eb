// Package lane decides who runs what, when: one worker per connection, in the
// whole installation, whatever the number of replicas.
//
// All calls with one credential go through that connection's lane. That one
// rule keeps the vendor's limits with a local limiter, refreshes a single-use
// refresh token once, orders the attempts for one application, and pauses a
// broken connection in one place.
//
// Work is rows in the domain's own tables; a lane's row says when it is to
// wake. Exclusion is that row's lease: a holder, a fence that only grows, and
// an end that is moved on by heartbeat. A run
//
//	acquires the lease, raising the fence
//	takes due work from its sources, in order of urgency, into free slots
//	after its slice, if another lane waits for its place, takes no more and
//	lets what is in flight finish
//	releases in one transaction that looks for due work once more
//
// What a run settles holds only while the fence is still its own, which is
// the store's to check. Losing or repeating a wake-up costs a wake-up, never
// a candidate.
package lane
