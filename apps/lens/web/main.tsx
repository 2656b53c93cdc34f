// Where the front end starts.
import { render } from 'preact'
import { App } from './shell/app.tsx'
import { startTheme } from './shell/theme.ts'
import './style.css'

startTheme()
render(<App />, document.getElementById('app')!)
