package main

import (
	"encoding/binary"
	"time"
)

const (
	mostShare    = 0.99
	payloadBytes = 100
	// Phases are paced by the intervals of the preset, so that all presets are measured alike.
	joinLimitProbes      = 30
	settleGossips        = 25
	messageSlotGossips   = 7.5
	messageDrainGossips  = 10
	detectionLimitProbes = 60
)

func times(interval time.Duration, factor float64) time.Duration {
	return time.Duration(float64(interval) * factor)
}

// joinPhase lets everybody join the first member at once, until every member knows all others.
func (c *cluster) joinPhase() (any, error) {
	pairs := c.nodes * (c.nodes - 1)
	most := ceiling(mostShare, pairs)
	var mostMs, allMs []float64
	known := 0
	start := time.Now()
	isDone := make(chan struct{})
	c.views.listen(func(e event) {
		switch e.kind {
		case joined:
			known++
		case dead:
			known--
		default:
			return
		}
		if known == most && mostMs == nil {
			mostMs = []float64{milliseconds(e.at.Sub(start))}
		}
		if known == pairs && allMs == nil {
			allMs = []float64{milliseconds(e.at.Sub(start))}
			close(isDone)
		}
	})
	if err := c.join(); err != nil {
		return nil, err
	}
	await(isDone, start.Add(joinLimitProbes*c.timing().probe))
	line := joinLine{heading: c.heading("join"), MissingPairs: c.views.missingPairs()}
	c.views.locked(func() { line.MostMs, line.AllMs = median(mostMs), median(allMs) })
	return line, nil
}

// steadyPhase watches a cluster to which nothing happens.
func (c *cluster) steadyPhase(baseline memory) any {
	c.settle()
	seconds, perNodeSecond, suspicions, falseDead := c.watch()
	now := settledMemory()
	perNodeKib := func(bytes float64) float64 { return rounded(bytes / float64(c.nodes) / 1024) }
	return steadyLine{
		heading: c.heading("steady"), Seconds: seconds, PerNodeSecond: perNodeSecond,
		Suspicions: suspicions, FalseDeadViews: falseDead,
		HeapKib: perNodeKib(now.heapBytes - baseline.heapBytes),
		RssKib:  perNodeKib(now.residentBytes - baseline.residentBytes),
	}
}

// lossPhase does the same while packets are lost.
func (c *cluster) lossPhase() any {
	c.loss.perMille.Store(int32(c.lossPerMille))
	defer c.loss.perMille.Store(0)
	seconds, perNodeSecond, suspicions, falseDead := c.watch()
	return lossLine{
		heading: c.heading("loss"), LossPerMille: c.lossPerMille, Seconds: seconds, PerNodeSecond: perNodeSecond,
		Suspicions: suspicions, FalseDeadViews: falseDead,
	}
}

func (c *cluster) watch() (seconds float64, perNodeSecond rates, suspicions, falseDead int) {
	c.views.listen(func(e event) {
		switch e.kind {
		case suspected:
			suspicions++
		case dead:
			falseDead++
		}
	})
	before := c.sample()
	time.Sleep(c.window)
	seconds, perNodeSecond = c.ratesSince(before)
	c.views.listen(func(event) {})
	return seconds, perNodeSecond, suspicions, falseDead
}

// broadcastPhase sends messages in slots of one length, so that both peers' rates are over the same time. Each begins
// somewhere in a gossip interval.
func (c *cluster) broadcastPhase() any {
	type progress struct {
		start           time.Time
		count           int
		half, most, all []float64
	}
	spread := make([]progress, c.messages)
	half, most := ceiling(0.5, c.nodes), ceiling(mostShare, c.nodes)
	c.views.listen(func(e event) {
		if e.kind != received {
			return
		}
		p := &spread[e.subject]
		p.count++
		elapsed := []float64{milliseconds(e.at.Sub(p.start))}
		if p.count == half {
			p.half = elapsed
		}
		if p.count == most {
			p.most = elapsed
		}
		if p.count == c.nodes {
			p.all = elapsed
		}
	})
	gossip := c.timing().gossip
	before := c.sample()
	for number := range c.messages {
		slot := times(gossip, messageSlotGossips*float64(number)+c.dice.Float64())
		time.Sleep(time.Until(before.at.Add(slot)))
		origin, message := c.dice.IntN(c.nodes), c.payload(number)
		c.views.locked(func() { spread[number].start = time.Now() })
		c.delegates[origin].accept(message)
	}
	end := messageSlotGossips*float64(c.messages) + messageDrainGossips
	time.Sleep(time.Until(before.at.Add(times(gossip, end))))
	seconds, perNodeSecond := c.ratesSince(before)
	c.views.listen(func(event) {})
	var halfMs, mostMs, allMs []float64
	missed := 0
	for _, p := range spread {
		halfMs, mostMs, allMs = append(halfMs, p.half...), append(mostMs, p.most...), append(allMs, p.all...)
		missed += c.nodes - p.count
	}
	return broadcastLine{
		heading: c.heading("broadcast"), Seconds: seconds, PerNodeSecond: perNodeSecond, Messages: c.messages,
		HalfMs: median(halfMs), MostMs: median(mostMs), AllMs: median(allMs), Missed: missed,
	}
}

// payload is random, so that compression gains nothing: what applications send is not known to be repetitive.
func (c *cluster) payload(number int) []byte {
	payload := make([]byte, payloadBytes)
	for at := range payload {
		payload[at] = byte(c.dice.Uint32())
	}
	binary.BigEndian.PutUint32(payload[:messageIDBytes], uint32(number))
	return payload
}

func (c *cluster) settle() { time.Sleep(times(c.timing().gossip, settleGossips)) }

// await returns when the channel is closed or the time has come.
func await(isDone <-chan struct{}, deadline time.Time) {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case <-isDone:
	case <-timer.C:
	}
}

func ceiling(share float64, count int) int {
	least := int(share * float64(count))
	if float64(least) < share*float64(count) {
		least++
	}
	return least
}
