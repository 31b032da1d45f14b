package main

import (
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"sync"

	"github.com/hashicorp/memberlist"
)

const (
	loopback = "127.0.0.1"
	// A free TCP port may be taken for UDP; then another is tried.
	bindAttempts = 16
)

// cluster is N members in this process, on ports of their own.
type cluster struct {
	options
	views     *views
	traffic   traffic
	loss      loss
	dice      *rand.Rand
	members   []*memberlist.Memberlist
	delegates []*delegate
}

// newCluster starts members that know nobody yet.
func newCluster(o options) (*cluster, error) {
	c := &cluster{options: o, views: newViews(o.nodes), dice: rand.New(rand.NewPCG(o.seed, 1))}
	c.loss.dice = rand.New(rand.NewPCG(o.seed, 2))
	for index := range o.nodes {
		if err := c.add(index); err != nil {
			return nil, errors.Join(err, c.shutdown())
		}
	}
	return c, nil
}

func (c *cluster) add(index int) error {
	logger := log.New(&suspicionLog{index: index, views: c.views}, "", 0)
	network, err := bind(logger)
	if err != nil {
		return err
	}
	limit := &memberlist.TransmitLimitedQueue{NumNodes: func() int { return c.nodes }}
	events := &delegate{index: index, views: c.views, queue: limit, hasSeen: make([]bool, c.messages)}
	config := c.config()
	limit.RetransmitMult = config.RetransmitMult
	config.Name = nameOf(index)
	config.BindAddr = loopback
	config.BindPort = network.GetAutoBindPort()
	config.AdvertisePort = config.BindPort
	config.Transport = &countingTransport{NetTransport: network, traffic: &c.traffic, loss: &c.loss}
	config.Logger = logger
	config.Delegate = events
	config.Events = events
	member, err := memberlist.Create(config)
	if err != nil {
		return errors.Join(fmt.Errorf("member %d: %w", index, err), network.Shutdown())
	}
	c.members = append(c.members, member)
	c.delegates = append(c.delegates, events)
	return nil
}

func (c *cluster) config() *memberlist.Config {
	switch c.preset {
	case "wan":
		return memberlist.DefaultWANConfig()
	case "local":
		return memberlist.DefaultLocalConfig()
	default:
		return memberlist.DefaultLANConfig()
	}
}

func bind(logger *log.Logger) (network *memberlist.NetTransport, err error) {
	for range bindAttempts {
		network, err = memberlist.NewNetTransport(&memberlist.NetTransportConfig{
			BindAddrs: []string{loopback}, Logger: logger,
		})
		if err == nil {
			return network, nil
		}
	}
	return nil, err
}

// join lets all members but the first join the first, all at once. It returns when every call has ended.
func (c *cluster) join() error {
	seed := c.members[0].LocalNode().Address()
	failures := make([]error, c.nodes)
	c.each(c.members[1:], func(index int, member *memberlist.Memberlist) {
		_, failures[index] = member.Join([]string{seed})
	})
	return errors.Join(failures...)
}

// stop ends members without a word. Their views are frozen from now on.
func (c *cluster) stop(indexes []int) error {
	c.views.locked(func() {
		for _, index := range indexes {
			c.views.isStopped[index] = true
		}
	})
	failures := make([]error, len(indexes))
	var group sync.WaitGroup
	for position, index := range indexes {
		group.Go(func() { failures[position] = c.members[index].Shutdown() })
	}
	group.Wait()
	return errors.Join(failures...)
}

func (c *cluster) shutdown() error {
	failures := make([]error, len(c.members))
	c.each(c.members, func(index int, member *memberlist.Memberlist) { failures[index] = member.Shutdown() })
	return errors.Join(failures...)
}

func (c *cluster) each(members []*memberlist.Memberlist, do func(int, *memberlist.Memberlist)) {
	var group sync.WaitGroup
	for index, member := range members {
		group.Go(func() { do(index, member) })
	}
	group.Wait()
}
