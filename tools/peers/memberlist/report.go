package main

import (
	"math"
	"runtime/debug"
	"slices"
	"time"
)

const modulePath = "github.com/hashicorp/memberlist"

// heading begins every line of the report.
type heading struct {
	Peer    string `json:"peer"`
	Version string `json:"version"`
	Phase   string `json:"phase"`
	Nodes   int    `json:"nodes"`
	Preset  string `json:"preset"`
	Seed    uint64 `json:"seed"`
}

// joinLine: times are null when it did not happen before the phase's limit.
type joinLine struct {
	heading
	MostMs       *float64 `json:"mostMs"`
	AllMs        *float64 `json:"allMs"`
	MissingPairs int      `json:"missingPairs"`
}

type steadyLine struct {
	heading
	Seconds        float64 `json:"seconds"`
	PerNodeSecond  rates   `json:"perNodeSecond"`
	Suspicions     int     `json:"suspicions"`
	FalseDeadViews int     `json:"falseDeadViews"`
	HeapKib        float64 `json:"heapKib"`
	RssKib         float64 `json:"rssKib"`
}

// broadcastLine: times are medians over the messages that got so far, null when none did.
type broadcastLine struct {
	heading
	Seconds       float64  `json:"seconds"`
	PerNodeSecond rates    `json:"perNodeSecond"`
	Messages      int      `json:"messages"`
	HalfMs        *float64 `json:"halfMs"`
	MostMs        *float64 `json:"mostMs"`
	AllMs         *float64 `json:"allMs"`
	Missed        int      `json:"missed"`
}

type lossLine struct {
	heading
	LossPerMille   int     `json:"lossPerMille"`
	Seconds        float64 `json:"seconds"`
	PerNodeSecond  rates   `json:"perNodeSecond"`
	Suspicions     int     `json:"suspicions"`
	FalseDeadViews int     `json:"falseDeadViews"`
}

// detectionLine: times are medians over the killed members of which it is known, null when of none.
type detectionLine struct {
	heading
	Kills          int      `json:"kills"`
	FirstSuspectMs *float64 `json:"firstSuspectMs"`
	FirstDeadMs    *float64 `json:"firstDeadMs"`
	AllKnowMs      *float64 `json:"allKnowMs"`
	MissingViews   int      `json:"missingViews"`
	FalseDeadViews int      `json:"falseDeadViews"`
}

func (c *cluster) heading(phase string) heading {
	return heading{
		Peer: "memberlist", Version: peerVersion(), Phase: phase, Nodes: c.nodes, Preset: c.preset, Seed: c.seed,
	}
}

// peerVersion is the version of memberlist that is linked in, without its v.
func peerVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == modulePath {
			return module.Version[1:]
		}
	}
	return "unknown"
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / float64(time.Millisecond)
}

// rounded keeps three decimals: more would only say how busy the machine was.
func rounded(value float64) float64 { return math.Round(value*1000) / 1000 }

// median is nil of nothing.
func median(values []float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	value := sorted[middle]
	if len(sorted)%2 == 0 {
		value = (sorted[middle-1] + value) / 2
	}
	value = rounded(value)
	return &value
}
