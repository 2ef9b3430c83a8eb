package main

import (
	"errors"
	"fmt"
	"strings"

	"handoff/internal/recruit"
)

// plain says an engine's refusal the way a terminal does: which field, and
// what about it.
func plain(err error) error {
	var invalid *recruit.Invalid
	var problem *recruit.Problem
	switch {
	case errors.As(err, &invalid):
		said := make([]string, len(invalid.Fields))
		for i, f := range invalid.Fields {
			said[i] = f.Path + ": " + strings.ReplaceAll(f.Code, "_", " ")
		}
		return fmt.Errorf("refused: %s", strings.Join(said, "; "))
	case errors.As(err, &problem):
		return fmt.Errorf("refused: %s", strings.ReplaceAll(problem.Code, "_", " "))
	}
	return err
}
