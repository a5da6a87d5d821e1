package network

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// RunningError tells that the network is up already, in process PID.
type RunningError struct {
	Data string
	PID  int
}

func (e *RunningError) Error() string {
	return fmt.Sprintf("the network in %s is up already, in process %d (netctl stop ends it)", e.Data, e.PID)
}

// hold takes the data directory for this process until the file is closed or
// the process ends, however it ends. If another has it the error is a
// *RunningError.
func (l layout) hold() (*os.File, error) {
	f, err := os.OpenFile(l.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("taking the data directory: %w", err)
	}
	// Holder looks by taking the lock for an instant, hence the second tries.
	for try := 0; ; try++ {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || try == 5 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid := readPID(l.lock())
		f.Close()
		return nil, &RunningError{Data: l.data, PID: pid}
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteString(strconv.Itoa(os.Getpid()) + "\n")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("taking the data directory: %w", err)
	}
	return f, nil
}

// Holder returns the process which runs the network in data, or 0.
func Holder(data string) (int, error) {
	l := layout{data}
	f, err := os.Open(l.lock())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("asking who runs the network: %w", err)
	}
	defer f.Close()
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return readPID(l.lock()), nil
	case err != nil:
		return 0, fmt.Errorf("asking who runs the network: %w", err)
	}
	return 0, nil
}

func readPID(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}
