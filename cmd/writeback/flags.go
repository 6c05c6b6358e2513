package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/internal/settings"
)

// declare gives the program the flags that all verbs have, and each verb its own.
func (a *app) declare(root *cobra.Command) {
	add := func(to *pflag.FlagSet, list []*settings.Setting) {
		for _, x := range list {
			f := to.VarPF(a.settings.Flag(x), x.Name, x.Letter, x.Usage)
			if x.Kind == settings.Switch {
				f.NoOptDefVal = "true"
			}
		}
	}
	add(root.PersistentFlags(), settings.Of(""))
	add(root.Flags(), settings.Of(root.Name()))
	each(root, func(cmd *cobra.Command) { add(cmd.Flags(), settings.Of(cmd.Name())) })
}

// settingOf is the setting of a flag; nil: it is one of the library's own.
func settingOf(f *pflag.Flag) *settings.Setting {
	if own, is := f.Value.(*settings.Flag); is {
		return own.Setting
	}
	return nil
}
