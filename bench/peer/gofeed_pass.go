// gofeed: PASSES FILE... A line a pass: CPU seconds of all threads, entries.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"github.com/mmcdole/gofeed"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func main() {
	passes, err := strconv.Atoi(os.Args[1])
	check(err)
	var documents [][]byte
	for _, file := range os.Args[2:] {
		document, err := os.ReadFile(file)
		check(err)
		documents = append(documents, document)
	}
	for i := 0; i < passes; i++ {
		began, entries := cpuSeconds(), 0
		for _, document := range documents {
			feed, err := gofeed.NewParser().Parse(bytes.NewReader(document))
			check(err)
			entries += len(feed.Items)
		}
		fmt.Println(cpuSeconds()-began, entries)
	}
}
