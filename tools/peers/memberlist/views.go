package main

import (
	"sync"
	"time"
)

// eventKind is what happened in the view of one member.
type eventKind int

const (
	joined eventKind = iota
	// suspected: the viewer's own probe failed. memberlist does not tell what it hears from others.
	suspected
	dead
	// received: a message of the phase broadcast arrived for the first time; subject is its number.
	received
)

// event is one thing that happened in the view of one running member.
type event struct {
	kind            eventKind
	viewer, subject int
	at              time.Time
}

// views keeps who knows whom, and tells the phase that is running what changes.
type views struct {
	mutex     sync.Mutex
	nodes     int
	isKnown   []bool
	isStopped []bool
	listener  func(event)
}

func newViews(nodes int) *views {
	return &views{
		nodes: nodes, isKnown: make([]bool, nodes*nodes), isStopped: make([]bool, nodes), listener: func(event) {},
	}
}

// record tells the listener, unless the viewer was stopped or the event is no change.
func (v *views) record(kind eventKind, viewer, subject int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.isStopped[viewer] {
		return
	}
	if kind == joined || kind == dead {
		pair := viewer*v.nodes + subject
		if viewer == subject || v.isKnown[pair] == (kind == joined) {
			return
		}
		v.isKnown[pair] = kind == joined
	}
	v.listener(event{kind: kind, viewer: viewer, subject: subject, at: time.Now()})
}

// listen replaces the listener. It is called with the lock held: it must be quick and must not call back.
func (v *views) listen(listener func(event)) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.listener = listener
}

// locked runs read while nothing changes.
func (v *views) locked(read func()) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	read()
}

// missingPairs counts running members that do not know each other.
func (v *views) missingPairs() int {
	count := 0
	v.locked(func() {
		for viewer := range v.nodes {
			for subject := range v.nodes {
				isPair := viewer != subject && !v.isStopped[viewer] && !v.isStopped[subject]
				if isPair && !v.isKnown[viewer*v.nodes+subject] {
					count++
				}
			}
		}
	})
	return count
}
