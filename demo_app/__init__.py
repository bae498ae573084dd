"""The playground: services, store, pages. Everything about models is asked of `core`."""
