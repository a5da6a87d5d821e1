package network

import "syscall"

// apart keeps a terminal's ctrl-C from the nodes, which are stopped in order,
// and has the kernel end them when this process dies without stopping them.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
