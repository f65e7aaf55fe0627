const answer = await fetch(`http://127.0.0.1:${process.env.LISTEN_TELEGRAM_PORT}/healthz`);
process.exitCode = answer.ok ? 0 : 1;
