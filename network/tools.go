package network

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// Tools are the programs a network consists of.
type Tools struct {
	Peer, Orderer, Configtxgen string
	// Builder is the directory Fabric takes as external builder.
	Builder string
}

// BuildTools builds the Fabric programs pinned in network/fabric/go.mod into
// the user's cache, unless they are there already. The first time takes a
// minute or more and needs the Go module proxy. Beside this checkout nothing
// but `go` on PATH is needed.
func BuildTools(ctx context.Context) (Tools, error) {
	source, err := sourceTree()
	if err != nil {
		return Tools{}, err
	}
	base, err := cache()
	if err != nil {
		return Tools{}, err
	}
	key, err := digest(
		filepath.Join(source, "network", "fabric", "go.mod"),
		filepath.Join(source, "network", "fabric", "go.sum"),
		filepath.Join(source, "network", "ccaas-builder", "main.go"),
	)
	if err != nil {
		return Tools{}, fmt.Errorf("naming the Fabric tools: %w", err)
	}
	dir := filepath.Join(base, key)
	tools := Tools{
		Peer:        filepath.Join(dir, "peer"),
		Orderer:     filepath.Join(dir, "orderer"),
		Configtxgen: filepath.Join(dir, "configtxgen"),
		Builder:     filepath.Join(dir, "ccaas"),
	}
	if exists(dir) {
		return tools, nil
	}
	// Of several who find the cache empty one builds and the others wait.
	lock, err := os.OpenFile(filepath.Join(base, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return Tools{}, fmt.Errorf("building the Fabric tools: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return Tools{}, fmt.Errorf("building the Fabric tools: %w", err)
	}
	if exists(dir) {
		return tools, nil
	}
	return tools, buildTools(ctx, source, dir)
}

// buildTools fills dir, which appears whole or not at all.
func buildTools(ctx context.Context, source, dir string) error {
	making := dir + ".making"
	if err := os.RemoveAll(making); err != nil {
		return fmt.Errorf("building the Fabric tools: %w", err)
	}
	bin := filepath.Join(making, "ccaas", "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return fmt.Errorf("building the Fabric tools: %w", err)
	}
	if err := goBuild(ctx, filepath.Join(source, "network", "fabric"), making+string(filepath.Separator), "tool"); err != nil {
		return fmt.Errorf("building the Fabric tools: %w", err)
	}
	detect := filepath.Join(bin, "detect")
	if err := goBuild(ctx, source, detect, "./network/ccaas-builder"); err != nil {
		return fmt.Errorf("building the chaincode builder: %w", err)
	}
	if err := errors.Join(
		os.Link(detect, filepath.Join(bin, "build")),
		os.Link(detect, filepath.Join(bin, "release")),
		os.Rename(making, dir),
	); err != nil {
		return fmt.Errorf("building the Fabric tools: %w", err)
	}
	return nil
}

// BuildChaincode builds this checkout's chaincode process as file out.
func BuildChaincode(ctx context.Context, out string) error {
	source, err := sourceTree()
	if err != nil {
		return err
	}
	if err := goBuild(ctx, source, out, "./chaincode"); err != nil {
		return fmt.Errorf("building the chaincode: %w", err)
	}
	return nil
}

func goBuild(ctx context.Context, dir, out, target string) error {
	program, err := exec.LookPath("go")
	if err != nil {
		return errors.New("go is not on PATH: install Go 1.26 or newer from https://go.dev/dl, nothing else is needed")
	}
	build := exec.CommandContext(ctx, program, "build", "-buildvcs=false", "-trimpath", "-o", out, target)
	build.Dir = dir
	// Without cgo no C compiler is needed, and a go.work of the caller's must
	// not choose other versions.
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	var said bytes.Buffer
	build.Stdout, build.Stderr = &said, &said
	if err := build.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("go build %s in %s: %w\n%s", target, dir, err, said.Bytes())
	}
	return nil
}

// sourceTree finds the checkout: above the working directory, or where this
// package was compiled.
func sourceTree() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("looking for the source tree: %w", err)
	}
	for {
		if isSourceTree(dir) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		if dir := filepath.Dir(filepath.Dir(file)); isSourceTree(dir) {
			return dir, nil
		}
	}
	return "", errors.New("the Fabric tools and the chaincode are built from source: run this inside a checkout of github.com/fairlead/fairlead")
}

func isSourceTree(dir string) bool {
	return exists(filepath.Join(dir, "network", "fabric", "go.mod"))
}

// cache is where built programs are kept: $XDG_CACHE_HOME/fairlead/bin.
func cache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("nowhere to keep built programs: %w", err)
	}
	dir := filepath.Join(base, "fairlead", "bin")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making room for built programs: %w", err)
	}
	return dir, nil
}

func digest(paths ...string) (string, error) {
	sum := sha256.New()
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(sum, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12]), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
