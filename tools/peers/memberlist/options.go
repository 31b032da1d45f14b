package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"
)

// phaseNames are all phases, in the order in which they run.
var phaseNames = []string{"join", "steady", "broadcast", "loss", "detection"}

// timing holds the two intervals of a preset that phases are paced by.
type timing struct {
	probe  time.Duration
	gossip time.Duration
}

var timings = map[string]timing{
	"lan":   {probe: time.Second, gossip: 200 * time.Millisecond},
	"wan":   {probe: 5 * time.Second, gossip: 500 * time.Millisecond},
	"local": {probe: time.Second, gossip: 100 * time.Millisecond},
}

// options is one command line.
type options struct {
	nodes        int
	preset       string
	phases       []string
	window       time.Duration
	kills        int
	messages     int
	lossPerMille int
	seed         uint64
}

func (o options) timing() timing { return timings[o.preset] }

// parseOptions reads a command line and reports every problem at once.
func parseOptions(args []string) (options, error) {
	flags := flag.NewFlagSet("memberlist-peer", flag.ContinueOnError)
	nodes := flags.Int("n", 20, "members, 3 to 1000")
	preset := flags.String("preset", "lan", "timers: lan, wan or local")
	phases := flags.String("phases", strings.Join(phaseNames, ","), "what to measure; join always runs first")
	window := flags.Float64("window", 20, "seconds of the phases steady and loss")
	kills := flags.Int("kills", 1, "members killed together in the phase detection")
	messages := flags.Int("messages", 10, "messages in the phase broadcast, 1 to 1000")
	loss := flags.Int("loss", 200, "packets lost in the phase loss, per mille")
	seed := flags.Uint64("seed", 1, "payloads, origins, victims and losses come from it")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	chosen := options{
		nodes: *nodes, preset: *preset, phases: strings.Split(*phases, ","),
		window: time.Duration(*window * float64(time.Second)), kills: *kills, messages: *messages,
		lossPerMille: *loss, seed: *seed,
	}
	return chosen, chosen.check()
}

func (o options) check() error {
	var problems []error
	require := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, errors.New(problem))
		}
	}
	require(o.nodes >= 3 && o.nodes <= 1000, "-n: use 3 to 1000")
	require(o.kills >= 1 && o.kills <= o.nodes-2, "-kills: leave at least two members")
	require(o.messages >= 1 && o.messages <= 1000, "-messages: use 1 to 1000")
	require(o.lossPerMille >= 0 && o.lossPerMille <= 1000, "-loss: use 0 to 1000")
	require(o.window > 0 && o.window <= time.Hour, "-window: use up to 3600 seconds")
	_, isPreset := timings[o.preset]
	require(isPreset, "-preset: use lan, wan or local")
	for _, phase := range o.phases {
		require(contains(phaseNames, phase), fmt.Sprintf("-phases: %q is none of %s", phase, strings.Join(phaseNames, ", ")))
	}
	return errors.Join(problems...)
}

func contains(values []string, value string) bool {
	for _, one := range values {
		if one == value {
			return true
		}
	}
	return false
}
