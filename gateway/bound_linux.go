package main

import "syscall"

// bound starts the gateway in a process group of its own, so that it hears of a
// ctrl-C from us, once, and not from the terminal too; and has the kernel end it
// when we die without ending it.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
