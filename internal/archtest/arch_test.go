package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "handoff/"

// house is the parsed code of the module without its tests, by folder.
type house map[string][]*ast.File

func read(t *testing.T) house {
	t.Helper()
	root := filepath.Join("..", "..")
	h, files := house{}, token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools" || name == "bin" || name == "data") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		h[filepath.ToSlash(dir)] = append(h[filepath.ToSlash(dir)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// imports returns what a folder imports, paths as written.
func (h house) imports(dir string) []string {
	var out []string
	for _, f := range h[dir] {
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestNobodyImportsWhatTheTableForbids(t *testing.T) {
	h, table := read(t), rules()
	for dir := range h {
		under, inHouse := strings.CutPrefix(dir, "internal/")
		if !inHouse {
			continue
		}
		r, self, ok := ruleFor(table, under)
		if !ok {
			t.Errorf("%s has no rule: say in rules_test.go who it may import", dir)
			continue
		}
		for _, p := range h.imports(dir) {
			imported, ours := strings.CutPrefix(p, module+"internal/")
			switch {
			case ours && !r.allows(self, imported):
				t.Errorf("%s imports %s, which its rule does not allow", dir, imported)
			case !ours && r.only && strings.Contains(strings.Split(p, "/")[0], "."):
				t.Errorf("%s imports %s: it may use the standard library only", dir, p)
			}
		}
	}
}

func TestNoSimulatorIsReachableFromTheProduct(t *testing.T) {
	h := read(t)
	seen := map[string]bool{}
	var walk func(dir string, way []string)
	walk = func(dir string, way []string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		way = append(way, dir)
		for _, p := range h.imports(dir) {
			next, ours := strings.CutPrefix(p, module)
			if !ours {
				continue
			}
			if strings.HasPrefix(next, "internal/simulator") {
				t.Errorf("%s reaches %s", strings.Join(way, " → "), next)
			}
			walk(next, slices.Clone(way))
		}
	}
	walk("internal/app", nil)
	if !seen["internal/recruit"] {
		t.Error("the walk from internal/app saw nothing")
	}
}

func TestOnlyTestsUseTheTestkit(t *testing.T) {
	h := read(t)
	if h["internal/testkit"] == nil {
		t.Error("there is no testkit")
	}
	for dir := range h {
		if slices.Contains(h.imports(dir), module+"internal/testkit") {
			t.Errorf("%s imports the testkit outside its tests", dir)
		}
	}
}

// Dependencies are arguments: nothing below cmd looks at the environment, and
// nothing runs because a package was imported.
func TestNothingBelowCmdReadsTheEnvironmentOrHasAnInit(t *testing.T) {
	for dir, files := range read(t) {
		if !strings.HasPrefix(dir, "internal/") {
			continue
		}
		for _, f := range files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s has an init function", dir)
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "os" &&
						slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, s.Sel.Name) {
						t.Errorf("%s reads the environment", dir)
					}
				}
				return true
			})
		}
	}
}

func TestTheTableRefusesWhatItShould(t *testing.T) {
	table := rules()
	for _, c := range []struct {
		dir, imported string
		want          bool
	}{
		{"delivery", "connector", true},
		{"delivery", "store", false},
		{"delivery", "company", false},
		{"api", "web", false},
		{"web", "store", false},
		{"connectors/smartrecruiters", "connectors/smartrecruiters/internal/srapi", true},
		{"connectors/smartrecruiters", "connectors/erecruiter/internal/erapi", false},
		{"connectors/smartrecruiters", "simulator/smartrecruiters", false},
		{"simulator/smartrecruiters", "recruit", false},
		{"app", "simulator/simkit", false},
		{"lane", "secret", false},
		{"app", "testkit", false},
	} {
		r, self, ok := ruleFor(table, c.dir)
		if !ok {
			t.Fatalf("%s has no rule", c.dir)
		}
		if got := r.allows(self, c.imported); got != c.want {
			t.Errorf("%s importing %s: allowed %v, want %v", c.dir, c.imported, got, c.want)
		}
	}
}
