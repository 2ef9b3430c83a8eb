package archtest

import "strings"

// engines are siblings that never see each other.
var engines = []string{"company", "process", "apply", "integration", "delivery", "stagesync", "multipost", "notify", "webhook", "privacy"}

// rule says what of the house a folder may import, in paths under internal/.
// A name that ends in /... allows everything below it as well.
type rule struct {
	may []string
	// only is set where nothing but the standard library is allowed beyond may.
	only bool
}

var engineMay = []string{"recruit", "secret", "connector", "lane", "meter", "markup"}

// rules returns one row per folder that carries Go code. A row for a folder
// that does not exist is a plan, and costs nothing.
func rules() map[string]rule {
	table := map[string]rule{
		"recruit":                 {only: true},
		"secret":                  {},
		"meter":                   {only: true},
		"markup":                  {},
		"archtest":                {only: true},
		"testkit":                 {only: true},
		"simulator/simkit":        {only: true},
		"simulator/*":             {may: []string{"simulator/simkit"}},
		"connector":               {may: []string{"recruit", "secret"}},
		"connector/atstest":       {may: []string{"recruit", "secret", "connector", "atshttp", "simulator/simkit"}},
		"connector/atstest/*":     {may: []string{"recruit", "secret", "connector", "connector/atstest", "atshttp"}},
		"atshttp":                 {may: []string{"connector", "secret"}},
		"connectors/all":          {may: []string{"connector", "connectors/..."}},
		"connectors/*":            {may: []string{"recruit", "secret", "connector", "atshttp", "connectors/SELF/internal/..."}},
		"connectors/*/internal/*": {may: []string{"connector", "secret", "atshttp"}},
		"lane":                    {may: []string{"recruit"}},
		"store":                   {may: append([]string{"recruit", "secret", "connector", "lane"}, engines...)},
		"store/storetest":         {may: append([]string{"simulator/simkit", "store", "recruit", "secret", "connector", "lane"}, engines...)},
		"door":                    {may: []string{"recruit"}},
		"hook":                    {may: []string{"door", "connector", "stagesync"}},
		"api":                     {may: append([]string{"door", "recruit", "secret", "connector"}, engines...)},
		"web":                     {may: append([]string{"door", "markup", "recruit", "secret", "connector", "web/..."}, engines...)},
		"web/*":                   {may: append([]string{"door", "markup", "recruit", "secret", "connector", "web/..."}, engines...)},
		"app": {may: append([]string{"api", "web/...", "hook", "door", "store", "lane", "recruit", "secret", "connector", "connectors/all",
			"atshttp"}, engines...)},
	}
	for _, e := range engines {
		table[e] = rule{may: engineMay}
	}
	return table
}

// ruleFor returns the row of a folder: its own, or the one whose stars match
// it. name is what the star stands for.
func ruleFor(table map[string]rule, dir string) (r rule, name string, ok bool) {
	if r, ok := table[dir]; ok {
		return r, "", true
	}
	for pattern, r := range table {
		if n, ok := match(pattern, dir); ok {
			return r, n, true
		}
	}
	return rule{}, "", false
}

func match(pattern, dir string) (first string, ok bool) {
	p, d := strings.Split(pattern, "/"), strings.Split(dir, "/")
	if len(p) != len(d) {
		return "", false
	}
	for i := range p {
		if p[i] == "*" {
			if first == "" {
				first = d[i]
			}
			continue
		}
		if p[i] != d[i] {
			return "", false
		}
	}
	return first, true
}

func (r rule) allows(self, imported string) bool {
	for _, m := range r.may {
		m = strings.ReplaceAll(m, "SELF", self)
		if base, below := strings.CutSuffix(m, "/..."); below && (imported == base || strings.HasPrefix(imported, base+"/")) {
			return true
		}
		if m == imported {
			return true
		}
	}
	return false
}
