package smartrecruiters_test

import (
	"testing"

	"handoff/internal/connector/atstest"
	"handoff/internal/connector/atstest/planted"
)

func TestSuite(t *testing.T) { atstest.Run(t, target()) }

func TestTheSuiteSeesPlantedBugs(t *testing.T) { planted.Prove(t, target()) }

func TestTheSuiteSeesPlantedBugsInStages(t *testing.T) { planted.ProveStages(t, target()) }
