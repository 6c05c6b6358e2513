package secdesc

import "errors"

func (n Names) parseCondition(s string) (string, error) { return "", errors.New("x") }
func (n Names) parseClaim(s string) (string, error)     { return "", errors.New("x") }
func conditionText(data string) (string, bool)          { return "", false }
func claimText(data string) (string, bool)              { return "", false }
