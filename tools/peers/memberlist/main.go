// Command memberlist runs members of HashiCorp's memberlist in one process over loopback, does the same things to them
// as the program in ../hearsay does to our nodes, and prints one line of JSON per phase.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

const (
	exitFailed = 1
	exitUsage  = 2
	// Time for what no phase counts: starting, stopping, and a machine that is busy.
	slack = time.Minute
)

func main() {
	chosen, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fail(exitUsage, err)
	}
	limit := chosen.limit()
	time.AfterFunc(limit, func() { fail(exitFailed, fmt.Errorf("not done after %v", limit)) })
	if err := measure(chosen); err != nil {
		fail(exitFailed, err)
	}
}

func fail(code int, err error) {
	fmt.Fprintln(os.Stderr, "memberlist:", err)
	os.Exit(code)
}

// limit is longer than all phases together can take.
func (o options) limit() time.Duration {
	broadcast := messageSlotGossips*float64(o.messages) + messageDrainGossips
	paced := times(o.timing().probe, joinLimitProbes+detectionLimitProbes) +
		times(o.timing().gossip, broadcast+2*settleGossips)
	return 2*o.window + paced + slack
}

func measure(o options) (err error) {
	baseline := settledMemory()
	c, err := newCluster(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.shutdown()) }()
	report := json.NewEncoder(os.Stdout)
	for _, phase := range phaseNames {
		if phase != "join" && !contains(o.phases, phase) {
			continue
		}
		line, err := c.run(phase, baseline)
		if err != nil {
			return err
		}
		if contains(o.phases, phase) {
			if err := report.Encode(line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cluster) run(phase string, baseline memory) (any, error) {
	switch phase {
	case "join":
		return c.joinPhase()
	case "steady":
		return c.steadyPhase(baseline), nil
	case "broadcast":
		return c.broadcastPhase(), nil
	case "loss":
		return c.lossPhase(), nil
	default:
		return c.detectionPhase()
	}
}
