package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// cpuTime is what this process has used on all cores, in the kernel too.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// memory is what this process holds now.
type memory struct{ heapBytes, residentBytes float64 }

// settledMemory collects garbage first; the second run frees what finalizers of the first let go.
func settledMemory() memory {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return memory{heapBytes: float64(stats.HeapAlloc), residentBytes: residentBytes()}
}

// residentBytes is 0 where there is no /proc.
func residentBytes() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, resident int
	if _, err := fmt.Sscan(string(text), &total, &resident); err != nil {
		return 0
	}
	return float64(resident * os.Getpagesize())
}

// sample is the state of the counters at one time.
type sample struct {
	at                                          time.Time
	cpu                                         time.Duration
	udpPackets, udpBytes, tcpMessages, tcpBytes int64
}

func (c *cluster) sample() sample {
	return sample{
		at: time.Now(), cpu: cpuTime(),
		udpPackets: c.traffic.udpPackets.Load(), udpBytes: c.traffic.udpBytes.Load(),
		tcpMessages: c.traffic.tcpMessages.Load(), tcpBytes: c.traffic.tcpBytes.Load(),
	}
}

// rates are per node and second.
type rates struct {
	CPUMs       float64 `json:"cpuMs"`
	UDPPackets  float64 `json:"udpPackets"`
	UDPBytes    float64 `json:"udpBytes"`
	TCPMessages float64 `json:"tcpMessages"`
	TCPBytes    float64 `json:"tcpBytes"`
}

func (c *cluster) ratesSince(before sample) (seconds float64, perNodeSecond rates) {
	now := c.sample()
	seconds = now.at.Sub(before.at).Seconds()
	rate := func(amount float64) float64 { return rounded(amount / float64(c.nodes) / seconds) }
	return rounded(seconds), rates{
		CPUMs:       rate(milliseconds(now.cpu - before.cpu)),
		UDPPackets:  rate(float64(now.udpPackets - before.udpPackets)),
		UDPBytes:    rate(float64(now.udpBytes - before.udpBytes)),
		TCPMessages: rate(float64(now.tcpMessages - before.tcpMessages)),
		TCPBytes:    rate(float64(now.tcpBytes - before.tcpBytes)),
	}
}
