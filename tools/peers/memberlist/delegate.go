package main

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"sync"

	"github.com/hashicorp/memberlist"
)

const messageIDBytes = 4

// delegate is what one member tells the harness. A message that is new here is queued once, to be broadcast again.
type delegate struct {
	index   int
	views   *views
	queue   *memberlist.TransmitLimitedQueue
	mutex   sync.Mutex
	hasSeen []bool
}

func (d *delegate) NotifyJoin(node *memberlist.Node) {
	d.views.record(joined, d.index, indexOf(node.Name))
}
func (d *delegate) NotifyLeave(node *memberlist.Node) {
	d.views.record(dead, d.index, indexOf(node.Name))
}
func (d *delegate) NotifyUpdate(node *memberlist.Node) {}

func (d *delegate) NodeMeta(limit int) []byte                 { return nil }
func (d *delegate) LocalState(join bool) []byte               { return nil }
func (d *delegate) MergeRemoteState(buffer []byte, join bool) {}
func (d *delegate) GetBroadcasts(overhead, limit int) [][]byte {
	return d.queue.GetBroadcasts(overhead, limit)
}

// NotifyMsg may not keep message: it belongs to the caller.
func (d *delegate) NotifyMsg(message []byte) { d.accept(bytes.Clone(message)) }

func (d *delegate) accept(message []byte) {
	number := int(binary.BigEndian.Uint32(message))
	if !d.isNew(number) {
		return
	}
	d.views.record(received, d.index, number)
	d.queue.QueueBroadcast(broadcast(message))
}

func (d *delegate) isNew(number int) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	isNew := !d.hasSeen[number]
	d.hasSeen[number] = true
	return isNew
}

// broadcast is unique: no message replaces another.
type broadcast []byte

func (b broadcast) Invalidates(memberlist.Broadcast) bool { return false }
func (b broadcast) Message() []byte                       { return b }
func (b broadcast) Finished()                             {}
func (b broadcast) UniqueBroadcast()                      {}

var (
	suspectBegin = []byte("memberlist: Suspect ")
	suspectEnd   = []byte(" has failed")
)

// suspicionLog reads suspicions from the log, the only place where memberlist tells them, and drops the rest.
type suspicionLog struct {
	index int
	views *views
}

func (l *suspicionLog) Write(line []byte) (int, error) {
	if _, rest, isSuspicion := bytes.Cut(line, suspectBegin); isSuspicion {
		if name, _, isWhole := bytes.Cut(rest, suspectEnd); isWhole {
			l.views.record(suspected, l.index, indexOf(string(name)))
		}
	}
	return len(line), nil
}

func nameOf(index int) string { return "n" + strconv.Itoa(index) }

// indexOf is the inverse of nameOf. No other names exist: all members are in this process.
func indexOf(name string) int {
	index, err := strconv.Atoi(name[1:])
	if err != nil {
		panic(err)
	}
	return index
}
