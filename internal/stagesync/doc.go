// Package stagesync carries the ATS's stages back: what was observed of an
// application is kept, and the platform's stage is a fold over it.
package stagesync
