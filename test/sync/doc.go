// Package sync follows stages from a simulated ATS to the platform, through
// the whole house.
package sync
