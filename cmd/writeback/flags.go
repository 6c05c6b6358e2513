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
			var value pflag.Value = a.settings.Flag(x)
			if x.IsList() {
				value = settings.ListFlag{Flag: a.settings.Flag(x)}
			}
			f := to.VarPF(value, x.Name, x.Letter, x.Usage)
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
	switch v := f.Value.(type) {
	case *settings.Flag:
		return v.Setting
	case settings.ListFlag:
		return v.Setting
	}
	return nil
}
