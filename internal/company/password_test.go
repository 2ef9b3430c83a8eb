package company

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/secret"
)

func TestAtMostTwoPasswordsAreHashedAtOnceAndWhoGivesUpIsLetGo(t *testing.T) {
	e := New(nil, time.Now)
	e.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	var now, most atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			leave, err := e.enter(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			now.Add(-1)
			leave()
		})
	}
	wg.Wait()
	if most.Load() > hashesAtOnce {
		t.Errorf("%d at once", most.Load())
	}
	for range hashesAtOnce {
		if _, err := e.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.matches(ctx, "", secret.New("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting with nobody waiting for it: %v", err)
	}
}

func TestDefaultTextsSayWhatArticle13Asks(t *testing.T) {
	pl, en := DefaultClause("Łąka {COMPANY}")
	for what, words := range map[string][2]string{
		"controller": {"Administratorem", "controller"}, "officer": {"Inspektor", "protection officer"}, "purpose": {"rekrutację", "recruitment"},
		"legal basis": {"art. 6 ust. 1", "article 6(1)"}, "recipients": {"Odbiorcami", "recipients"}, "third countries": {"Europejski Obszar Gospodarczy", "European Economic Area"},
		"retention": {"przechowujemy", "We keep"}, "access": {"dostępu", "access"}, "portability": {"przeniesienia", "portability"},
		"withdrawal": {"wycofać", "withdraw"}, "complaint": {"skargę", "complaint"}, "must give": {"dobrowolne", "voluntary"}, "automated": {"zautomatyzowany", "automated"},
	} {
		if !strings.Contains(pl, words[0]) || !strings.Contains(en, words[1]) {
			t.Errorf("%s is missing", what)
		}
	}
	if strings.Count(pl, "{COMPANY}") != 1 {
		t.Error("a company's name is read as a placeholder")
	}
	fpl, fen := DefaultFuture("Acme")
	if !strings.Contains(fpl, "{MONTHS}") || !strings.Contains(fen, "{MONTHS}") {
		t.Error("the months have no place")
	}
}
