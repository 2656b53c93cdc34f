// The frame of every page: navigation, the page that the address names, and the line that says what lens is for.
import { useEffect, useRef } from 'preact/hooks'
import { AlertPage } from '../alerts/alert-page.tsx'
import { AlertsPage } from '../alerts/alerts-page.tsx'
import { MailsPage } from '../alerts/mails-page.tsx'
import { DashboardPage } from '../dashboards/dashboard-page.tsx'
import { InsightsPage } from '../insights/insights-page.tsx'
import { LogsPage } from '../logs/logs-page.tsx'
import { FleetPage } from '../system/fleet-page.tsx'
import { HealthPage } from '../system/health-page.tsx'
import { ProofPage } from '../system/proof-page.tsx'
import { TracePage } from '../traces/trace-page.tsx'
import { TracesPage } from '../traces/traces-page.tsx'
import { useFiring } from './firing.ts'
import { LinkMenuHost } from './link-menu.tsx'
import { keepingTime, Link, usePlace } from './place.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

const HOME = 'home'
const ALERTS = '/alerts'
const NAVIGATION: readonly (readonly [path: string, text: string])[] = [
  ['/dashboards/home', 'Dashboards'],
  ['/insights', 'Insights'],
  ['/traces', 'Traces'],
  ['/logs', 'Logs'],
  [ALERTS, 'Alerts'],
  ['/mails', 'Mails'],
  ['/fleet', 'Fleet'],
  ['/proof', 'Proof'],
  ['/health', 'Health'],
]

export function App() {
  const { path } = usePlace()
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="top">
        <Link class="brand" href="/">
          Lens
        </Link>
        <Navigation parts={parts} />
        <ThemeSwitch />
      </header>
      <main id="content" tabIndex={-1}>
        <Page parts={parts} />
      </main>
      <footer class="status-line">Lens is for one machine and short history; production is SigNoz.</footer>
      <LinkMenuHost />
    </>
  )
}

function Navigation({ parts }: { parts: readonly string[] }) {
  const box = useRef<HTMLElement>(null)
  const firing = useFiring()
  // On a phone the list is wider than the screen.
  useEffect(() => {
    const current = box.current?.querySelector<HTMLElement>('[aria-current]')
    if (current !== null && current !== undefined && box.current !== null)
      box.current.scrollLeft = current.offsetLeft - (box.current.clientWidth - current.offsetWidth) / 2
  }, [parts[0]])
  return (
    <nav aria-label="Pages" ref={box}>
      {NAVIGATION.map(([href, text]) => (
        <Link key={href} href={keepingTime(href)} current={isHere(href, parts)}>
          {text}
          {href === ALERTS && firing > 0 ? (
            <>
              {' '}
              <span class="badge bad">{firing}</span>
              <span class="visually-hidden"> firing</span>
            </>
          ) : null}
        </Link>
      ))}
    </nav>
  )
}

function Page({ parts: [page = 'dashboards', name] }: { parts: readonly string[] }) {
  switch (page) {
    case 'dashboards':
      return <DashboardPage key={name ?? HOME} name={name ?? HOME} />
    case 'insights':
      return <InsightsPage />
    case 'traces':
      return name === undefined ? <TracesPage /> : <TracePage key={name} traceId={name} />
    case 'logs':
      return <LogsPage />
    case 'alerts':
      return name === undefined ? <AlertsPage /> : <AlertPage key={name} id={name} />
    case 'mails':
      return <MailsPage id={name} />
    case 'fleet':
      return <FleetPage />
    case 'proof':
      return <ProofPage />
    case 'health':
      return <HealthPage />
    default:
      return <Missing />
  }
}

function Missing() {
  useTitle('Not found')
  return <h1>There is no such page</h1>
}

function isHere(href: string, [first = 'dashboards']: readonly string[]): boolean {
  return href.split('/')[1] === first
}

/** The page's name in the tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Lens`
  }, [title])
}
