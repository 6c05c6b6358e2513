package main

import (
	"errors"
	"strconv"
	"strings"
)

// percent is a flag that takes a percentage, with or without its sign.
type percent float64

func (p *percent) Set(text string) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) { // NaN, too
		return errors.New("it is a percentage from 0 to 100, such as 95")
	}
	*p = percent(n)
	return nil
}

func (p *percent) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }

// Type is what help and the schema go by.
func (p *percent) Type() string { return "percent" }
