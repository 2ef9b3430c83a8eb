// Package app is the composition root: it puts the store, the engines, the
// lanes and the doors together over one data folder, and takes them down in
// the opposite order.
//
// Start and Close are what tests and the demo use; Run is the same for a
// process that lives until it is told to stop. Nothing here reads the
// environment: every setting is a field of Options.
package app
