package app

// doors registers what people and programs use.
func (a *App) doors() error { return nil }
