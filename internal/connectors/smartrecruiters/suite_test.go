package smartrecruiters_test

import (
	"testing"

	"handoff/internal/connector/atstest"
)

func TestSuite(t *testing.T) { atstest.Run(t, target()) }
