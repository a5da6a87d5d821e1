package network

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A node that dies is started again after restartDelay, twice as long with
// every death in a row, up to restartLimit. One that lived for steadyAfter has
// earned a fresh start.
const (
	restartDelay = 200 * time.Millisecond
	restartLimit = 10 * time.Second
	steadyAfter  = 30 * time.Second
	stopPatience = 10 * time.Second
	logLimit     = 8 << 20 // bytes; a log longer than this is put aside at start
)

// program is what a node runs.
type program struct {
	name string
	path string
	args []string
	env  []string // on top of nothing: nodes do not see our environment
	dir  string
	log  string
	port string // answers once the node serves
}

// process keeps one program running until it is stopped.
type process struct {
	program
	notify func(event) // called on every start and death, never concurrently
	stop   chan struct{}
	done   chan struct{} // closed when the program has ended for good

	mu     sync.Mutex
	cmd    *exec.Cmd // nil between death and restart
	pid    int       // the last one
	starts int
	deaths int // in a row
}

// event is a start (err nil) or a death of a process.
type event struct {
	process *process
	err     error
	again   time.Duration // until the next start
}

// launch starts the program and returns when it runs, or could not be started.
func launch(p program, notify func(event)) (*process, error) {
	if err := putAside(p.log); err != nil {
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	c := &process{program: p, notify: notify, stop: make(chan struct{}), done: make(chan struct{})}
	started := make(chan error, 1)
	go c.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	return c, nil
}

// run owns the program's life. It keeps its thread, for Linux counts the thread
// that started a program as its parent, and kills it when that ends.
func (c *process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.done)
	for {
		cmd, err := c.start()
		if started != nil {
			started <- err
			started = nil
			if err != nil {
				return
			}
		}
		born := time.Now()
		if err == nil {
			c.notify(event{process: c})
			err = ended(cmd)
		}
		again, stopped := c.died(born)
		if stopped {
			return
		}
		c.notify(event{process: c, err: err, again: again})
		select {
		case <-c.stop:
			return
		case <-time.After(again):
		}
	}
}

func (c *process) start() (*exec.Cmd, error) {
	log, err := os.OpenFile(c.log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has its own copy
	cmd := exec.Command(c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = apart()
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.stop:
		return nil, errors.New("it is being stopped")
	default:
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c.cmd, c.pid = cmd, cmd.Process.Pid
	c.starts++
	return cmd, nil
}

func ended(cmd *exec.Cmd) error {
	if err := cmd.Wait(); err != nil {
		return err
	}
	return errors.New("it left by itself")
}

// died notes a death and says how long to wait, or that it was wanted.
func (c *process) died(born time.Time) (again time.Duration, stopped bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd = nil
	select {
	case <-c.stop:
		return 0, true
	default:
	}
	if time.Since(born) > steadyAfter {
		c.deaths = 0
	}
	c.deaths++
	return min(restartDelay<<min(c.deaths-1, 10), restartLimit), false
}

// signal sends a signal if the program runs.
func (c *process) signal(s syscall.Signal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd == nil {
		return fmt.Errorf("%s does not run at the moment", c.name)
	}
	return c.cmd.Process.Signal(s)
}

// end asks the program to leave, makes it leave when it takes too long, and
// returns once it has.
func (c *process) end() {
	c.mu.Lock()
	close(c.stop)
	if c.cmd != nil {
		c.cmd.Process.Signal(syscall.SIGTERM)
	}
	c.mu.Unlock()
	select {
	case <-c.done:
	case <-time.After(stopPatience):
		_ = c.signal(syscall.SIGKILL) // fails only if it has just left
		<-c.done
	}
}

// state is a snapshot of the process.
func (c *process) state() Process {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Process{Name: c.name, Restarts: max(c.starts-1, 0)}
	if c.cmd != nil {
		s.PID = c.pid
	}
	return s
}

func (c *process) failures() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deaths
}

// putAside renames a log that has grown long, in place of the one before it.
func putAside(log string) error {
	if err := os.MkdirAll(filepath.Dir(log), 0o700); err != nil {
		return err
	}
	if info, err := os.Stat(log); err != nil || info.Size() < logLimit {
		return nil
	}
	return os.Rename(log, log+".1")
}
