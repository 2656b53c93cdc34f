// Dashboards, rules and runbooks as code: read, checked offline, and made into what SigNoz takes.
export {}
