package main

import "time"

// victim is what the others noticed of one killed member.
type victim struct {
	// awaited holds the viewers that know it and have not called it dead yet.
	awaited                      map[int]bool
	suspectMs, deadMs, allKnowMs []float64
}

// detectionPhase kills members together and waits until every other member that knew them calls them dead.
func (c *cluster) detectionPhase() (any, error) {
	c.settle()
	chosen := c.dice.Perm(c.nodes)[:c.kills]
	victims := make(map[int]*victim, c.kills)
	for _, index := range chosen {
		victims[index] = &victim{awaited: map[int]bool{}}
	}
	c.views.locked(func() { c.awaitViews(victims) })
	falseDead := 0
	start := time.Now()
	isDone := make(chan struct{})
	unknown := len(victims)
	c.views.listen(func(e event) {
		hit := victims[e.subject]
		elapsedMs := []float64{milliseconds(e.at.Sub(start))}
		switch {
		case e.kind == dead && hit == nil:
			falseDead++
		case e.kind == suspected && hit != nil && hit.suspectMs == nil:
			hit.suspectMs = elapsedMs
		case e.kind == dead && hit.awaited[e.viewer]:
			if hit.deadMs == nil {
				hit.deadMs = elapsedMs
			}
			if delete(hit.awaited, e.viewer); len(hit.awaited) > 0 {
				return
			}
			hit.allKnowMs = elapsedMs
			if unknown--; unknown == 0 {
				close(isDone)
			}
		}
	})
	if err := c.stop(chosen); err != nil {
		return nil, err
	}
	await(isDone, start.Add(detectionLimitProbes*c.timing().probe))
	line := detectionLine{heading: c.heading("detection"), Kills: c.kills}
	c.views.locked(func() {
		var suspectMs, deadMs, allKnowMs []float64
		for _, hit := range victims {
			suspectMs, deadMs = append(suspectMs, hit.suspectMs...), append(deadMs, hit.deadMs...)
			allKnowMs = append(allKnowMs, hit.allKnowMs...)
			line.MissingViews += len(hit.awaited)
		}
		line.FirstSuspectMs, line.FirstDeadMs, line.AllKnowMs = median(suspectMs), median(deadMs), median(allKnowMs)
		line.FalseDeadViews = falseDead
	})
	return line, nil
}

// awaitViews notes, for each victim, the members that will go on and know it.
func (c *cluster) awaitViews(victims map[int]*victim) {
	for index, hit := range victims {
		for viewer := range c.nodes {
			if victims[viewer] == nil && c.views.isKnown[viewer*c.nodes+index] {
				hit.awaited[viewer] = true
			}
		}
	}
}
