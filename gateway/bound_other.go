//go:build !linux

package main

import "syscall"

// bound starts the gateway in a process group of its own, so that it hears of a
// ctrl-C from us, once, and not from the terminal too.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
