package main

import "syscall"

// bound has the kernel end the command when netctl dies without ending it: its
// network dies then as well.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
