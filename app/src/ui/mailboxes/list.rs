//! The state of the list: its order, the selection, the mounted rows.

mod changes;
mod load;
mod select;

use std::sync::Arc;

pub(crate) use domain::purpose::Purpose;
use domain::{
    AppError,
    ids::{DelegationId, RowNumber},
    list::{Choice, ListOrder, ListQuery, Tab},
    selection::Selection,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};
use roaring::RoaringBitmap;

use crate::ui::{
    browser,
    console::Console,
    layout_data::wanted,
    links,
    mailboxes::{
        initial_page::{FIRST_ROWS, InitialPage, UNKNOWN},
        overscan::narrowed,
        paste::PasteState,
        row_cache::RowCache,
    },
    read_only::is_read_only,
};

/// A handle to the list; cheap to copy into rows and handlers.
#[derive(Clone, Copy)]
pub(crate) struct ListState {
    pub(crate) console: Console,
    pub(crate) delegation: DelegationId,
    /// The organisation in the address: links that stay on this page must not change it.
    pub(crate) in_links: Option<DelegationId>,
    /// The query in the address.
    pub(crate) query: Memo<ListQuery>,
    pub(crate) purpose: Memo<Purpose>,
    /// The mailbox opened beside the list, from the address: it stays open when the list changes.
    opened: Memo<Option<String>>,
    pub(crate) order: RwSignal<Arc<Vec<RowNumber>>>,
    /// The length of the list, also before its whole order is loaded.
    pub(crate) total: RwSignal<usize>,
    /// The same rows as `order`.
    pub(crate) listed: RwSignal<RoaringBitmap>,
    /// Rows that may be selected.
    pub(crate) selectable: RwSignal<RoaringBitmap>,
    /// Listed rows whose last attempt to connect failed.
    pub(crate) failed: RwSignal<RoaringBitmap>,
    pub(crate) selection: RwSignal<Selection>,
    /// The selections of other tabs, which return with them.
    pub(crate) elsewhere: RwSignal<Vec<(Tab, Selection)>>,
    /// The number of mailboxes that can still be selected.
    pub(crate) room: Memo<u32>,
    /// Whether only the selected rows are shown, regardless of the filters.
    pub(crate) only: RwSignal<bool>,
    pub(crate) departments: RwSignal<Vec<Choice>>,
    pub(crate) domains: RwSignal<Vec<Choice>>,
    /// Rows that have entered, left or moved in the list since the order was loaded.
    pub(crate) moved: RwSignal<RoaringBitmap>,
    /// Whether the directory has changed since the order was loaded.
    pub(crate) outdated: RwSignal<bool>,
    /// The sentence that explains a cap.
    pub(crate) note: RwSignal<Option<String>>,
    pub(crate) loading: RwSignal<bool>,
    pub(crate) error: RwSignal<Option<AppError>>,
    /// The first mounted row and the one after the last.
    pub(crate) window: RwSignal<(usize, usize)>,
    /// The first row in sight and the one after the last.
    pub(crate) sight: RwSignal<(usize, usize)>,
    /// Counts the changes of columns and density: rows may have another height.
    pub(crate) look_changed: RwSignal<u32>,
    /// The cell with the keyboard focus: row of the list, column.
    pub(crate) active: RwSignal<(usize, usize)>,
    pub(crate) paste: PasteState,
    pub(crate) cache: StoredValue<RowCache>,
    /// The index where a range begins.
    anchor: StoredValue<Option<usize>>,
    /// The rows added by the current range: they are unselected when it shrinks.
    ranged: StoredValue<RoaringBitmap>,
    /// Counts the loads: the response to an older one is dropped.
    ticket: StoredValue<u32>,
    soon: StoredValue<bool>,
    /// Whether the rest of a short list is being mounted, some rows per frame.
    pub(crate) growing: StoredValue<bool>,
    directory_rev: StoredValue<i64>,
}

impl ListState {
    /// The list with the data loaded with the page. The same on the server and in the browser.
    pub(crate) fn new(first: InitialPage) -> Self {
        let console = Console::here();
        let params = use_query_map();
        let query = Memo::new(move |_| query_of(&params.read()));
        let purpose = Memo::new(move |_| Purpose::of(query.read().tab));
        let opened = Memo::new(move |_| params.read().get(links::MAILBOX));
        let selection = RwSignal::new(Selection::default());
        let room = Memo::new(move |_| {
            let free = if purpose.get() == Purpose::Connect { console.free() } else { None };
            selection.read().room(free)
        });
        let mut cache = RowCache::default();
        for row in &first.rows {
            cache.apply(row);
        }
        let this = Self {
            console,
            delegation: first.delegation,
            in_links: wanted().get_untracked(),
            query,
            purpose,
            opened,
            order: RwSignal::new(Arc::new(Vec::new())),
            total: RwSignal::new(first.total),
            listed: RwSignal::new(RoaringBitmap::new()),
            selectable: RwSignal::new(RoaringBitmap::new()),
            failed: RwSignal::new(RoaringBitmap::new()),
            selection,
            elsewhere: RwSignal::new(Vec::new()),
            room,
            only: RwSignal::new(false),
            departments: RwSignal::new(Vec::new()),
            domains: RwSignal::new(Vec::new()),
            moved: RwSignal::new(RoaringBitmap::new()),
            outdated: RwSignal::new(false),
            note: RwSignal::new(None),
            loading: RwSignal::new(false),
            error: RwSignal::new(None),
            window: RwSignal::new((first.from, first.from + FIRST_ROWS)),
            sight: RwSignal::new((0, 0)),
            look_changed: RwSignal::new(0),
            active: RwSignal::new((0, 0)),
            paste: PasteState::new(),
            cache: StoredValue::new(cache),
            anchor: StoredValue::new(None),
            ranged: StoredValue::new(RoaringBitmap::new()),
            ticket: StoredValue::new(0),
            soon: StoredValue::new(false),
            growing: StoredValue::new(false),
            directory_rev: StoredValue::new(0),
        };
        let (query, complete, total) = (first.query, first.complete, first.total);
        let mut list_order = first.list_order;
        if !complete && first.from > 0 {
            let mut order = vec![UNKNOWN; first.from];
            order.append(&mut list_order.order);
            list_order.order = order;
        }
        this.put(list_order, &query);
        this.total.set(total);
        this.install(query, complete);
        provide_context(this);
        this
    }

    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Whether the order shown is not the current one.
    pub(crate) fn has_changed(self) -> bool {
        !self.moved.read().is_empty() || self.outdated.get()
    }

    /// The address of this list with another query; an open panel stays open.
    pub(crate) fn address(self, query: &ListQuery) -> String {
        let url = links::mailboxes(self.in_links, query);
        match self.opened.get() {
            Some(id) => links::with_pair(url, links::MAILBOX, &id),
            None => url,
        }
    }

    /// Whether the address names a mailbox whose panel is still loading.
    pub(crate) fn is_opening(self) -> bool {
        self.opened.read_untracked().is_some() && !browser::is_there("#panel-title")
    }

    /// Applies a newly loaded order.
    fn put(self, list_order: ListOrder, query: &ListQuery) {
        let listed: RoaringBitmap = list_order.order.iter().map(|row| row.0).collect();
        let selectable = match Purpose::of(query.tab) {
            _ if is_read_only(self.console) => RoaringBitmap::new(),
            Purpose::Connect => list_order.connectable.iter().map(|row| row.0).collect(),
            Purpose::Manage | Purpose::Attend | Purpose::Check => listed.clone(),
            Purpose::Include => list_order.excluded.iter().map(|row| row.0).collect(),
        };
        self.unselect(&(&listed - &selectable));
        self.selectable.set(selectable);
        self.failed.set(list_order.failed.iter().map(|row| row.0).collect());
        self.listed.set(listed);
        self.departments.set(list_order.departments);
        self.domains.set(list_order.domains);
        self.directory_rev.set_value(list_order.directory_rev);
        self.moved.set(RoaringBitmap::new());
        self.outdated.set(false);
        self.total.set(list_order.order.len());
        let sight = self.sight.get_untracked();
        let narrowed = narrowed(sight, &self.order.read_untracked(), &list_order.order);
        if let Some(window) = narrowed {
            self.window.set(window);
        }
        self.order.set(Arc::new(list_order.order));
        if self.only.get_untracked() {
            self.show_selected();
        }
    }
}

/// The list query in the address.
pub(crate) fn query_of(params: &ParamsMap) -> ListQuery {
    let pairs: Vec<(String, String)> =
        params.clone().into_iter().map(|(key, value)| (key.into_owned(), value)).collect();
    ListQuery::from_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Returns a function that changes the query in the address, which holds all filters and the order of the list.
pub(crate) fn use_change() -> impl Fn(&dyn Fn(&mut ListQuery)) + Clone + 'static {
    let list = ListState::here();
    let navigate = use_navigate();
    move |change: &dyn Fn(&mut ListQuery)| {
        let mut query = list.query.get_untracked();
        change(&mut query);
        let url = untrack(|| list.address(&query));
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&url, options);
    }
}
