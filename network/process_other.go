//go:build !linux

package network

import "syscall"

// apart keeps a terminal's ctrl-C from the nodes, which are stopped in order.
// Nodes survive a killed netctl here; the next start finds them by their ports.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
