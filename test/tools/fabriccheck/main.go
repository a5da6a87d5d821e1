// Command fabriccheck has Fabric's own code judge the seals of bundles that a
// real network made, and compares its verdict with that of fairlead verify: on
// the bundles as they are, and altered in every way that Fabric can judge.
//
//	fabriccheck -roots roots.json -fairlead bin/fairlead BUNDLE...
//
// Peers' code is what counts on a network. So where it accepts a bundle as it is,
// the verifier has to, and what it rejects the verifier must reject too. The
// verifier may be stricter, and this program says where.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	rootsPath := flag.String("roots", "", "roots file that fairlead roots made")
	fairlead := flag.String("fairlead", "fairlead", "the program whose verify is compared")
	policy := flag.String("policy", "AND(OR('BrandsMSP.peer','AuditorsMSP.peer'), OR('WorkersMSP.peer','OversightMSP.peer'))", "who has to sign a seal, as Fabric writes it")
	flag.Parse()
	if flag.NArg() == 0 || *rootsPath == "" {
		fmt.Fprintln(os.Stderr, "fabriccheck needs -roots and the bundles to check")
		os.Exit(2)
	}
	if err := run(*rootsPath, *fairlead, *policy, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fabriccheck:", err)
		os.Exit(1)
	}
}

var errDisagree = errors.New("the verifier accepts what Fabric rejects, or rejects what is as the network made it")

func run(rootsPath, fairlead, policy string, bundles []string) error {
	judge, err := openJudge(rootsPath, policy)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "fabriccheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	verify := func(text []byte) (bool, error) {
		path := filepath.Join(scratch, "bundle.json")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return false, err
		}
		err := exec.Command(fairlead, "verify", path, "--roots", rootsPath, "--max-age", "0").Run()
		var exit *exec.ExitError
		switch {
		case err == nil:
			return true, nil
		case errors.As(err, &exit) && exit.ExitCode() == 3:
			return false, nil
		}
		return false, fmt.Errorf("running %s verify: %w", fairlead, err)
	}
	disagreed := false
	for _, path := range bundles {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b, err := readBundle(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		agree, err := compare(path, b, judge, verify)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		disagreed = disagreed || !agree
	}
	if disagreed {
		return errDisagree
	}
	return nil
}

// compare tells of one bundle, as it is and altered.
func compare(path string, b *bundle, j *judge, verify func([]byte) (bool, error)) (agree bool, err error) {
	agree = true
	for i := range b.seals {
		if err := j.seal(b.seals[i], j.who(b.seals[i])); err != nil {
			fmt.Printf("%s: DISAGREE: Fabric rejects seal %d as the network made it: %v\n", path, i, err)
			agree = false
		}
	}
	// The second is what the network made too, taken apart and put together here as
	// what is altered is.
	for _, text := range [][]byte{b.text, b.with(0, b.seals[0])} {
		switch holds, err := verify(text); {
		case err != nil:
			return false, err
		case !holds:
			fmt.Printf("%s: DISAGREE: the verifier rejects what the network made\n", path)
			agree = false
		}
	}
	rejected, stricter := 0, 0
	for _, a := range alterations(b.seals) {
		fabric := j.seal(a.seal, j.who(b.seals[a.at]))
		holds, err := verify(b.with(a.at, a.seal))
		if err != nil {
			return false, err
		}
		switch {
		case fabric != nil && holds:
			fmt.Printf("%s: DISAGREE: seal %d, %s: Fabric says %v, the verifier accepts it\n", path, a.at, a.name, fabric)
			agree = false
		case fabric != nil:
			rejected++
		case !holds:
			stricter++
			fmt.Printf("%s: stricter: seal %d, %s: Fabric would count the rest\n", path, a.at, a.name)
		default:
			fmt.Printf("%s: DISAGREE: seal %d, %s: nobody notices\n", path, a.at, a.name)
			agree = false
		}
	}
	fmt.Printf("%s: %d seals accepted by both, %d alterations rejected by both, %d by the verifier alone\n", path, len(b.seals), rejected, stricter)
	return agree, nil
}

// seal is a question with the answer that peers signed. Its fields are in the
// order in which a bundle has them.
type seal struct {
	Endorsements []endorsement `json:"endorsements"`
	Proposal     []byte        `json:"proposal"`
	Response     []byte        `json:"response"`
	Signature    []byte        `json:"signature"`
}

type endorsement struct {
	Endorser  []byte `json:"endorser"`
	Signature []byte `json:"signature"`
}

// bundle is a file of seals, of which everything but these is left as it is. A
// product's has one more where the ledger itself concludes; it is the last.
type bundle struct {
	text  []byte
	raw   []json.RawMessage // of each seal, as it stands in text
	seals []seal
}

func readBundle(text []byte) (*bundle, error) {
	var file struct {
		Seals      []json.RawMessage `json:"seals"`
		Conclusion json.RawMessage   `json:"conclusion"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	b := &bundle{text: text, raw: file.Seals}
	if file.Conclusion != nil {
		b.raw = append(b.raw, file.Conclusion)
	}
	for _, raw := range b.raw {
		var s seal
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("its seals: %w", err)
		}
		b.seals = append(b.seals, s)
	}
	if len(b.seals) == 0 {
		return nil, errors.New("it has no seals")
	}
	return b, nil
}

// with is the bundle's text with one seal in another's place, and nothing else
// changed: the verifier takes a bundle in one form alone.
func (b *bundle) with(at int, s seal) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // bytes
	}
	return bytes.Replace(b.text, b.raw[at], text, 1)
}
