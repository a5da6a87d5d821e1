// Command ccaas-builder is Fabric's external builder for chaincode that runs as
// a service. Fabric calls it under three names, each with directories of its
// own: detect says whether a package is ours, build does nothing, for there is
// nothing to build, and release hands the peer the address and certificates of
// its chaincode process.
//
// These come from the file that CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG names in
// the peer's environment and not from the package, so that one package, and one
// package identifier, serves every organisation, and keys stay out of it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const connectionVariable = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:], os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(step string, args []string, getenv func(string) string) error {
	switch {
	case step == "detect" && len(args) == 2: // source, metadata
		return detect(args[1])
	case step == "build" && len(args) == 3: // source, metadata, output
		return nil
	case step == "release" && len(args) == 2: // build output, release
		return release(args[1], getenv(connectionVariable))
	}
	return fmt.Errorf("%s with %d arguments: Fabric calls detect with 2, build with 3, release with 2", step, len(args))
}

func detect(metadata string) error {
	text, err := os.ReadFile(filepath.Join(metadata, "metadata.json"))
	if err != nil {
		return fmt.Errorf("reading the package's metadata: %w", err)
	}
	var pack struct{ Type string }
	if err := json.Unmarshal(text, &pack); err != nil {
		return fmt.Errorf("reading the package's metadata: %w", err)
	}
	if pack.Type != "ccaas" {
		return fmt.Errorf("package type %q is not ccaas", pack.Type)
	}
	return nil
}

func release(dir, connection string) error {
	if connection == "" {
		return errors.New(connectionVariable + " is not set in the peer's environment")
	}
	text, err := os.ReadFile(connection)
	if err != nil {
		return fmt.Errorf("reading the chaincode's connection: %w", err)
	}
	server := filepath.Join(dir, "chaincode", "server")
	if err := os.MkdirAll(server, 0o700); err != nil {
		return fmt.Errorf("releasing the connection: %w", err)
	}
	if err := os.WriteFile(filepath.Join(server, "connection.json"), text, 0o600); err != nil {
		return fmt.Errorf("releasing the connection: %w", err)
	}
	return nil
}
