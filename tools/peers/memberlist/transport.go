package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// traffic counts what all members together hand to the kernel. Bytes are those of the payload.
type traffic struct {
	udpPackets  atomic.Int64
	udpBytes    atomic.Int64
	tcpMessages atomic.Int64
	tcpBytes    atomic.Int64
}

// loss decides which UDP packets never leave. TCP would repeat what it loses, so streams are left alone.
type loss struct {
	perMille atomic.Int32
	mutex    sync.Mutex
	dice     *rand.Rand
}

func (l *loss) strikes() bool {
	perMille := l.perMille.Load()
	if perMille == 0 {
		return false
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.dice.IntN(1000) < int(perMille)
}

// countingTransport is memberlist's own transport with counters, and with losses on demand.
type countingTransport struct {
	*memberlist.NetTransport
	traffic *traffic
	loss    *loss
}

// A packet that is lost is not counted: it was never handed to the kernel.
func (t *countingTransport) WriteToAddress(packet []byte, to memberlist.Address) (time.Time, error) {
	if t.loss.strikes() {
		return time.Now(), nil
	}
	t.traffic.udpPackets.Add(1)
	t.traffic.udpBytes.Add(int64(len(packet)))
	return t.NetTransport.WriteToAddress(packet, to)
}

func (t *countingTransport) WriteTo(packet []byte, to string) (time.Time, error) {
	return t.WriteToAddress(packet, memberlist.Address{Addr: to})
}

func (t *countingTransport) DialAddressTimeout(to memberlist.Address, timeout time.Duration) (net.Conn, error) {
	conn, err := t.NetTransport.DialAddressTimeout(to, timeout)
	if err != nil {
		return nil, err
	}
	return &countingConn{Conn: conn, traffic: t.traffic}, nil
}

func (t *countingTransport) DialTimeout(to string, timeout time.Duration) (net.Conn, error) {
	return t.DialAddressTimeout(memberlist.Address{Addr: to}, timeout)
}

// countingConn counts both directions at the side that dialled, so that each byte is counted once. memberlist sends one
// message each way per connection.
type countingConn struct {
	net.Conn
	traffic             *traffic
	hasWritten, hasRead atomic.Bool
}

func (c *countingConn) Write(bytes []byte) (int, error) {
	count, err := c.Conn.Write(bytes)
	c.count(&c.hasWritten, count)
	return count, err
}

func (c *countingConn) Read(bytes []byte) (int, error) {
	count, err := c.Conn.Read(bytes)
	c.count(&c.hasRead, count)
	return count, err
}

func (c *countingConn) count(isBegun *atomic.Bool, bytes int) {
	if bytes > 0 && isBegun.CompareAndSwap(false, true) {
		c.traffic.tcpMessages.Add(1)
	}
	c.traffic.tcpBytes.Add(int64(bytes))
}
