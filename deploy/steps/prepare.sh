#!/bin/sh
# First step of `docker compose up`: refuses values that are empty or copied from an example, makes the secrets that nobody has to
# type, and gives every volume to the user of its container. Twice is safe: what is there stays.
set -eu
umask 077

SECRET_BYTES=32
PASSWORD_MIN=12
volumes=${VOLUMES_DIR:-/volumes}
faults=0

fault() {
  echo "$1: $2." >&2
  faults=$((faults + 1))
}

check_address() { # NAME VALUE
  case $2 in
  '') fault "$1" 'is empty, expected an e-mail address' ;;
  *@example.* | *.example) fault "$1" 'is an address from an example, expected your own' ;;
  *[!\ ]@[!\ ]*) ;;
  *) fault "$1" 'is no e-mail address' ;;
  esac
}

# No value is printed: what a person typed into the wrong line may be the right secret of another.
check_password() { # NAME VALUE
  lower=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
  case $lower in
  '') fault "$1" 'is empty, expected a password of your own' ;;
  *changeme* | *change-me* | *change_me* | *example* | *password* | *secret* | *sunny-lab* | *123456*)
    fault "$1" 'contains a word of an example or of every list of bad passwords, expected one of your own' ;;
  esac
}

check_strength() { # NAME VALUE: what SigNoz asks of its administrator; it would not start and say so only in its log
  [ "${#2}" -ge $PASSWORD_MIN ] || fault "$1" "has ${#2} characters, SigNoz wants at least $PASSWORD_MIN"
  case $2 in *[A-Z]*) ;; *) fault "$1" 'has no upper case letter, SigNoz wants one' ;; esac
  case $2 in *[a-z]*) ;; *) fault "$1" 'has no lower case letter, SigNoz wants one' ;; esac
  case $2 in *[0-9]*) ;; *) fault "$1" 'has no digit, SigNoz wants one' ;; esac
  case $2 in *[!A-Za-z0-9]*) ;; *) fault "$1" 'has no symbol, SigNoz wants one' ;; esac
}

check_smtp() {
  case $SMTP_HOST in
  '') fault SMTP_HOST 'is empty, expected the name of your mail server' ;;
  *example.*) fault SMTP_HOST 'is a name from an example, expected your mail server' ;;
  *:*) fault SMTP_HOST 'has a colon, expected a name alone; the port is SMTP_PORT' ;;
  esac
  # Mail servers that take mail from anybody are relays in one's own network, and the catcher of the profile demo.
  [ "${SMTP_REQUIRE_TLS:-true}" != false ] || [ -n "${SMTP_USERNAME:-}" ] || { check_address SMTP_FROM "$SMTP_FROM"; return; }
  [ -n "${SMTP_USERNAME:-}" ] || fault SMTP_USERNAME 'is empty, expected the login at your mail server'
  check_password SMTP_PASSWORD "${SMTP_PASSWORD:-}"
  check_address 'SMTP_FROM (or SMTP_USERNAME)' "$SMTP_FROM"
}

random_secret() {
  head -c $SECRET_BYTES /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

# Written whole or not at all: a half secret after a power cut would be a wrong one for ever.
keep() { # FILE COMMAND…
  [ -s "$1" ] || { file=$1; shift; "$@" >"$file.new"; mv "$file.new" "$file"; }
}

database_url() { # ROLE PASSWORD_FILE
  printf 'postgres://%s:%s@timescaledb:5432/solar\n' "$1" "$(cat "$2")"
}

own() { # UID FOLDER: 0700 and everything in it
  chown -R "$1:$1" "$volumes/$2"
  chmod 700 "$volumes/$2"
}

check_address ALERT_EMAIL_TO "$ALERT_EMAIL_TO"
check_address SIGNOZ_EMAIL "$SIGNOZ_EMAIL"
case $SIGNOZ_EMAIL in *,*) fault SIGNOZ_EMAIL 'has a comma, expected one address: it is a login, who gets the mails stands in ALERT_EMAIL_TO' ;; esac
check_password SIGNOZ_PASSWORD "$SIGNOZ_PASSWORD"
check_strength SIGNOZ_PASSWORD "$SIGNOZ_PASSWORD"
check_smtp
[ $faults = 0 ] || { echo "Nothing was started: correct .env and run docker compose up -d again." >&2; exit 78; }

database=$volumes/database-secrets
for role in postgres owner api monitor backup; do keep "$database/${role}_password" random_secret; done
keep "$volumes/owner-secrets/database_url" database_url solar_owner "$database/owner_password"
keep "$volumes/api-secrets/database_url" database_url solar_api "$database/api_password"
keep "$volumes/api-secrets/database_monitor_url" database_url otel_monitor "$database/monitor_password"
keep "$volumes/exporter-secrets/monitor_password" cat "$database/monitor_password"
keep "$volumes/signoz-secrets/token_secret" random_secret

own 70 database-secrets
own 65534 exporter-secrets
own 10002 signoz-secrets
own 10002 signoz
own 10001 otel-collector
for folder in keeper clickhouse clickhouse-scripts; do own 101 $folder; done
for folder in owner-secrets api-secrets collector-secrets spool fleet; do own 1000 $folder; done
# Volumes of an overlay
for folder in caddy-data caddy-config; do [ ! -d "$volumes/$folder" ] || own 1000 $folder; done
echo 'Values are good, secrets are there, volumes belong to their users.'
