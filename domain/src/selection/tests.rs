use super::*;

fn list(n: u32) -> (Vec<RowNumber>, RoaringBitmap) {
    ((1..=n).map(RowNumber).collect(), (1..=n).collect())
}

#[test]
fn select_all_takes_a_thousand_of_twelve_hundred_and_explains_it() {
    let (order, selectable) = list(1_200);
    let mut selection = Selection::default();
    let all = selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(2_000));
    assert_eq!((selection.len(), all.bound), (1_000, Bound::PerRun));
    assert_eq!(
        all.sentence().unwrap(),
        "Selected 1,000 of 1,200: 1,000 is the most one connection takes. Connect the other 200 afterwards."
    );
}

#[test]
fn select_all_stops_at_the_free_slots_and_explains_it() {
    let (order, selectable) = list(812);
    let mut selection = Selection::default();
    let all = selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(300));
    assert_eq!(all.sentence().unwrap(), "Selected 300 of 812: your plan has 300 free slots.");
}

#[test]
fn select_all_follows_the_order_shown_and_skips_rows_that_are_not_selectable() {
    let order: Vec<RowNumber> = [5, 3, 9, 1].map(RowNumber).to_vec();
    let selectable: RoaringBitmap = [3, 9, 1].into_iter().collect();
    let mut selection = Selection::default();
    selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(2));
    assert_eq!(selection.iter().collect::<Vec<_>>(), vec![RowNumber(3), RowNumber(9)]);
}

#[test]
fn select_all_takes_what_failed_before_only_where_the_others_leave_room() {
    let order: Vec<RowNumber> = [5, 3, 9, 1].map(RowNumber).to_vec();
    let selectable: RoaringBitmap = [5, 3, 9, 1].into_iter().collect();
    let failed: RoaringBitmap = [5, 3].into_iter().collect();
    for (free, expected) in [(1, &[9][..]), (2, &[1, 9]), (3, &[1, 5, 9]), (9, &[1, 3, 5, 9])] {
        let mut selection = Selection::default();
        selection.select_all(&order, &selectable, &failed, Some(free));
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn with_no_free_slot_nothing_is_selected() {
    let (order, selectable) = list(10);
    let mut selection = Selection::default();
    let all = selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(0));
    assert_eq!(
        (selection.is_empty(), all.sentence().unwrap().as_str()),
        (true, "Your plan has no free slots.")
    );
}

#[test]
fn a_list_is_added_in_its_order_to_the_selection() {
    let mut selection = Selection::default();
    selection.insert(RowNumber(9));
    let all = selection.add(&[5, 9, 3, 1].map(RowNumber), Some(3));
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 5, 9]);
    assert_eq!((all.matching, all.selected, all.bound), (4, 3, Bound::Slots(3)));
    assert_eq!(selection.outside(&[3, 4].into_iter().collect()), 2);
}

#[test]
fn a_range_that_shrinks_deselects_only_the_rows_it_selected() {
    let (order, selectable) = list(10);
    let mut selection = Selection::default();
    selection.insert(RowNumber(4));
    let added = selection.extend(&order, &selectable, 2, 6, None);
    assert_eq!(added.iter().collect::<Vec<_>>(), vec![3, 5, 6, 7]);
    selection.subtract(&added);
    selection.extend(&order, &selectable, 2, 3, None);
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 4]);
    assert!(selection.extend(&order, &selectable, 50, 60, None).is_empty());
}

#[test]
fn a_range_works_both_ways_and_respects_the_limit() {
    let (order, selectable) = list(10);
    let mut selection = Selection::default();
    selection.extend(&order, &selectable, 7, 2, Some(4));
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![5, 6, 7, 8]);
}

#[test]
fn toggling_a_row_returns_whether_it_is_selected() {
    let mut selection = Selection::default();
    assert!(selection.toggle(RowNumber(3)) && selection.contains(RowNumber(3)) && !selection.is_empty());
    assert!(!selection.contains(RowNumber(4)));
    assert!(!selection.toggle(RowNumber(3)));
    assert!(!selection.contains(RowNumber(3)) && selection.is_empty());
}

#[test]
fn rows_are_deselected_one_by_one_all_at_once_and_when_no_longer_selectable() {
    let mut selection = Selection::default();
    selection.add(&[1, 2, 3, 4].map(RowNumber), None);
    selection.remove(RowNumber(2));
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![1, 3, 4]);
    selection.retain_selectable(&[2, 3, 4, 5].into_iter().collect());
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 4]);
    selection.clear();
    assert!(selection.is_empty());
}

#[test]
fn select_all_replaces_the_earlier_selection() {
    let (order, selectable) = list(3);
    let mut selection = Selection::default();
    selection.insert(RowNumber(99));
    let all = selection.select_all(&order, &selectable, &RoaringBitmap::new(), None);
    assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![1, 2, 3]);
    assert_eq!((all.selected, all.bound), (3, Bound::Nothing));
}

#[test]
fn slots_are_not_the_limit_when_as_many_are_free_as_one_connection_takes() {
    let (order, selectable) = list(1_200);
    let mut selection = Selection::default();
    assert_eq!(
        selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(1_000)).bound,
        Bound::PerRun
    );
    assert_eq!(
        selection.select_all(&order, &selectable, &RoaringBitmap::new(), Some(999)).bound,
        Bound::Slots(999)
    );
}

#[test]
fn the_sentence_for_managing_mentions_runs_and_never_slots() {
    let (order, selectable) = list(1_200);
    let mut selection = Selection::default();
    assert_eq!(
        selection
            .select_all(&order, &selectable, &RoaringBitmap::new(), None)
            .sentence_for_managing()
            .unwrap(),
        "Selected 1,000 of 1,200: 1,000 is the most one run takes. Take the other 200 afterwards."
    );
    let (order, selectable) = list(5);
    assert_eq!(
        selection.select_all(&order, &selectable, &RoaringBitmap::new(), None).sentence_for_managing(),
        None
    );
}
