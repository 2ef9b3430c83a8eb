// Package simkit holds what every ATS simulator needs and no vendor owns: a clock that can be
// moved, one seeded source of chance, a fault script, a journal of calls, a limiter, a router,
// the switches of what a vendor leaves open, and the control port with its guard.
//
// It knows the standard library only, and nothing of the clients that are tested against the
// simulators: a mistake shared by both sides would be a mistake that no test can see.
//
// Promises, cited by number where they are kept:
//
//  1. Work goes on after the client has gone. Nothing in this package ties the work of a call to
//     the life of its request.
//  2. A call is in the journal before its client can know the answer, so that whoever has the
//     answer also finds the entry.
//  3. A call has left the count of calls in flight before its client can know the answer, so that
//     a client which waits for answers never meets its own last call.
//  4. The journal holds sizes and hashes of bodies, never the bodies.
//  5. The same seed, clock and order of calls give the same behaviour.
package simkit
